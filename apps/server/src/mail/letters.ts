import type { MailContent } from '@chartwire/db'
import { letterLink } from './letter-link.ts'

export interface LetterText {
  subject: string
  text: string
}

const roleNames: Readonly<Record<string, string>> = {
  hospital_admin: 'an administrator',
  doctor: 'a doctor',
  nurse: 'a nurse',
  viewer: 'a viewer',
  front_desk: 'the front desk',
  pharmacist: 'a pharmacist',
  lab_technician: 'a laboratory technician',
}

/** What stands in a letter. No patient is named: an inbox is not a patient's record. */
export function letterText(content: MailContent, { url }: { url: string }): LetterText {
  switch (content.kind) {
    case 'password-reset':
      return {
        subject: 'Set a new password for Chartwire',
        text: paragraphs(
          'Somebody asked for a new password for your login. If it was you, set it here:',
          letterLink('set-password', { url, token: content.token }),
          `The link works once, until ${instant(content.expiresAt)}. If it was not you, leave it: your password stays.`,
        ),
      }
    case 'invitation': {
      const role = content.role === null ? 'to act for a patient' : `as ${roleNames[content.role] ?? content.role}`
      return {
        subject: `Invitation to ${content.hospital}`,
        text: paragraphs(
          `${content.hospital} invites you to Chartwire, ${role}. Join here:`,
          letterLink('join', { url, token: content.token }),
          `The link works once, until ${instant(content.expiresAt)}. If you do not expect it, leave it.`,
        ),
      }
    }
    case 'document':
      return {
        subject: `A document from ${content.hospital}`,
        text: paragraphs(
          `A document from ${content.hospital} is ready for you:`,
          letterLink('document', { url, token: content.token }),
          `The link asks for your birth date, and works until ${instant(content.expiresAt)}. If you do not expect it, leave it.`,
        ),
      }
    case 'confirm-address':
      return {
        subject: 'Is this your address?',
        text: paragraphs(
          'Somebody gave this address to sign in to Chartwire with. If it was you, say so here, with the password you chose:',
          letterLink('confirm', { url, token: content.token }),
          `The link works once, until ${instant(content.expiresAt)}. If it was not you, leave it: nothing happens.`,
        ),
      }
    case 'address-known':
      return {
        subject: 'You have a login at Chartwire already',
        text: paragraphs(
          'Somebody gave this address to sign in to Chartwire with, and it opens a login already. Nothing was changed.',
          `If it was you, sign in at ${url}, where you can also ask for a new password. If it was not you, leave it.`,
        ),
      }
    case 'email-changed':
      return {
        subject: 'Your address at Chartwire was changed',
        text: paragraphs(
          'Your login has another e-mail address from now on, and this one opens it no more.',
          'If it was not you, tell your hospital’s administrator at once.',
        ),
      }
    case 'password-changed':
      return {
        subject: 'Your password at Chartwire was changed',
        text: paragraphs(
          'The password of your login was changed, and its other sessions were ended.',
          `If it was not you, set a new one at ${url} and tell your hospital’s administrator at once.`,
        ),
      }
    case 'factors-reset': {
      const by = content.by === 'operator' ? 'the operator of Chartwire' : 'an administrator of your hospital'
      return {
        subject: 'The second step of your login at Chartwire was taken',
        text: paragraphs(
          `Your authenticator app, passkeys and recovery codes were taken from your login by ${by}, and its sessions were ended.`,
          `Set new ones up at ${url}. If you did not ask for it, set a new password as well, and tell your hospital’s administrator at once.`,
        ),
      }
    }
  }
}

const paragraphs = (...parts: string[]) => `${parts.join('\n\n')}\n`

/** `2026-11-24T20:30:00.000Z` as `2026-11-24 20:30 UTC`: whoever reads it may be anywhere. */
const instant = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
