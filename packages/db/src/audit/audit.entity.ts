import { defineEntity, p } from '@mikro-orm/core'
import { instant } from '../kernel/columns.ts'

export const AuditEntrySchema = defineEntity({
  name: 'AuditEntryRow',
  tableName: 'audit_entry',
  properties: {
    chain: p.uuid().primary(),
    seq: p.bigint('number').primary(),
    at: instant(),
    actor: p.text(),
    capacity: p.json().nullable(),
    action: p.text(),
    resourceType: p.text(),
    resourceId: p.text().nullable(),
    patientIds: p.array().columnType('uuid[]'),
    requestId: p.text(),
    purpose: p.text().nullable(),
    changed: p.array().columnType('text[]'),
    detail: p.json().nullable(),
    mac: p.blob(),
  },
  indexes: [
    { name: 'audit_entry_patients_gin', properties: ['patientIds'], type: 'gin' },
    // Who did what, and who did such a thing: a page of a hospital's log, newest first.
    { name: 'audit_entry_actor_idx', properties: ['chain', 'actor', 'seq'] },
    { name: 'audit_entry_action_idx', properties: ['chain', 'action', 'seq'] },
  ],
})

export const AuditChainSchema = defineEntity({
  name: 'AuditChain',
  tableName: 'audit_chain',
  properties: { chain: p.uuid().primary(), seq: p.bigint('number'), mac: p.blob(), seal: p.blob() },
})

/** The heads of all chains at one moment, sealed; the same lines stand in a file outside the database. */
export const AuditAnchorSchema = defineEntity({
  name: 'AuditAnchor',
  tableName: 'audit_anchor',
  properties: {
    number: p.integer().primary().autoincrement(false),
    at: instant(),
    heads: p.json(),
    /** The seal of the anchor before; empty for the first. */
    previous: p.text(),
    seal: p.text(),
  },
})
