import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { restProcedures } from '../src/http/rest-procedures.ts'
import { serve } from './serve.ts'

/** A policy as its directives. */
function directives(policy: string): Record<string, string[]> {
  return Object.fromEntries(
    policy.split(';').map((text) => {
      const [name = '', ...sources] = text.trim().split(/\s+/)
      return [name, sources]
    }),
  )
}

/** The header lines and the body of whatever the server says to these bytes. */
async function say(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk.toString()))
  socket.on('error', () => undefined)
  socket.write(text)
  await once(socket, 'close')
  return heard
}

describe('every answer', () => {
  it('of every route, also where there is nothing, forbids what it does not need', async () => {
    await using server = await serve({ environment: { PUBLIC_URL: 'https://chartwire.example' } })
    const pages = ['/', '/index.html', '/ward/1', '/docs', '/redoc', '/docs/start.js', '/docs/assets/swagger-ui.css']
    const others = ['/health', '/ready', '/metrics', '/openapi.json', '/nowhere', '/docs/nowhere', '/assets/nowhere']
    const rest = restProcedures().map(({ openapi }) => `/api${openapi.path.replaceAll(/\{\w+\}/g, 'x')}`)
    const paths = [
      ...pages,
      ...others,
      ...new Set(rest),
      '/trpc/system.ping',
      '/trpc/no.such',
      '/trpc/a,b?batch=1',
      '/api/x',
    ]
    for (const path of paths) {
      for (const method of ['GET', 'POST']) {
        const { headers } = await fetch(`${server.url}${path}`, {
          method,
          redirect: 'manual',
          headers: { accept: 'text/html,*/*' },
        })
        const policy = directives(headers.get('content-security-policy') ?? '')
        const at = `${method} ${path}`
        expect({ at, standard: policy['default-src'], framed: policy['frame-ancestors'] }).toEqual({
          at,
          standard: ["'none'"],
          framed: ["'none'"],
        })
        const sources = Object.values(policy).flat()
        expect({ at, lax: sources.filter((source) => /unsafe|\*|^https?:|^wss?:/.test(source)) }).toEqual({
          at,
          lax: [],
        })
        // Without TLS in front, scripts come from here and from nowhere else.
        expect(policy['script-src'] ?? ["'none'"]).toEqual([expect.stringMatching(/^'(self|none)'$/)])
        expect({
          at,
          sniff: headers.get('x-content-type-options'),
          frame: headers.get('x-frame-options'),
          referrer: headers.get('referrer-policy'),
          resource: headers.get('cross-origin-resource-policy'),
          transport: headers.get('strict-transport-security'),
          by: headers.get('x-powered-by') ?? headers.get('server'),
        }).toEqual({
          at,
          sniff: 'nosniff',
          frame: 'DENY',
          referrer: 'no-referrer',
          resource: 'same-origin',
          transport: expect.stringMatching(/^max-age=31536000; includeSubDomains$/),
          by: null,
        })
      }
    }
  })

  it('names no transport security where there is none', async () => {
    await using server = await serve()
    for (const path of ['/docs', '/api/ping']) {
      expect((await fetch(`${server.url}${path}`)).headers.get('strict-transport-security')).toBeNull()
    }
  })

  it('to what is hardly a request is as careful, and quotes nothing of it', async () => {
    await using server = await serve({ level: 'trace' })
    const secret = 'Geheimnisvoll'
    const requests = [
      `GET /api/${secret}%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      `GET /%ff${secret} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost: x\r\nx-filler: ${secret}${'x'.repeat(20_000)}\r\n\r\n`,
      `${secret}\r\n\r\n`,
      `POST /api/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: ${secret}\r\n\r\n`,
    ]
    for (const request of requests) {
      const heard = await say(server.url, request)
      expect(heard).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(heard).toMatch(/content-security-policy: default-src 'none'/i)
      expect(heard).toMatch(/x-content-type-options: nosniff/i)
      expect(heard).not.toContain(secret)
    }
    expect(server.log()).not.toContain(secret)
  })
})

describe('pages', () => {
  it('hold no script, style or handler of their own, which the policy would stop', async () => {
    await using server = await serve()
    for (const path of ['/', '/docs']) {
      const text = await (await fetch(`${server.url}${path}`, { headers: { accept: 'text/html' } })).text()
      expect(text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=|javascript:/i)
      for (const [, address = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) expect(address).toMatch(/^\/(?!\/)/)
    }
  })
})
