import { createServer } from 'node:http'
import { once } from 'node:events'
import { procedures } from '@chartwire/api/testing/procedures'
import { sampleInputs } from '@chartwire/api/testing/sample-inputs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../world/answer.ts'
import { type Role, startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld({ level: 'trace' })
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

/** Every input made from a right one by putting a text into one place that holds a text. */
function* withText(input: unknown, text: string): Generator {
  if (typeof input === 'string') yield text
  else if (Array.isArray(input)) {
    for (const [index, item] of input.entries())
      for (const changed of withText(item, text)) yield input.with(index, changed)
  } else if (input !== null && typeof input === 'object') {
    for (const [field, value] of Object.entries(input)) {
      for (const changed of withText(value, text)) yield { ...input, [field]: changed }
    }
  }
}

// Passwords are hashed, slowly, and end this session: their fields are tried where it is cheap.
const left = new Set(['identity.signOut', 'hospitals.signUp', 'identity.acceptInvitation', 'identity.signIn'])

/** Puts each text into every text field of every procedure, as those who reach most. */
async function intoEveryField(texts: readonly string[]): Promise<{ fates: Map<string, number>; defects: string[] }> {
  const fates = new Map<string, number>()
  const defects: string[] = []
  const inputs = sampleInputs(world.belongings['care-team'].ids)
  for (const { path, type } of procedures) {
    if (left.has(path) || type === 'subscription') continue
    const role: Role =
      path === 'vitals.record' ? 'gateway' : /^(vitals|alarms|thresholds)\./.test(path) ? 'doctor' : 'hospital_admin'
    for (const text of texts) {
      for (const input of withText(inputs[path], text)) {
        const code = await attacker.fateAs(role, path, input)
        fates.set(code, (fates.get(code) ?? 0) + 1)
        if (code === 'internal') defects.push(`${path} ${JSON.stringify(input)}`)
      }
    }
  }
  return { fates, defects }
}

async function tablesOf(): Promise<string[]> {
  const rows = await attacker.sql<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'`,
  )
  return rows.map(({ name }) => name)
}

describe('by what one types, one cannot', () => {
  it('speak to the database: no text of any field is ever SQL', async () => {
    const tables = await tablesOf()
    const { fates, defects } = await intoEveryField([
      `'; drop table patient cascade; --`,
      `' or '1'='1`,
      `x' union select email_cipher::text from app_user --`,
      `\\'; select pg_sleep(20); --`,
      `$1`,
      `%'); delete from audit_entry; --`,
      `"; truncate patient; /*`,
    ])
    expect(defects).toEqual([])
    expect(fates.get('ok') ?? 0).toBeGreaterThan(10)
    expect(fates.get('invalid') ?? 0).toBeGreaterThan(100)
    expect(await tablesOf()).toEqual(expect.arrayContaining(tables))
    expect(await attacker.count('patient')).toBeGreaterThan(2)
  })

  it('find more by a wildcard than by its letters', async () => {
    const all = dataOf(await attacker.as('hospital_admin', 'patients.list', { limit: 200 }))['items'] as unknown[]
    expect(all.length).toBeGreaterThan(1)
    for (const search of ['%', '_', '%%', '____', '%a%', '\\', '\\%', '.*', '[a-z]', "' or true --"]) {
      const found = dataOf(await attacker.as('hospital_admin', 'patients.search', { name: search, limit: 200 }))[
        'items'
      ]
      expect({ search, found }).toEqual({ search, found: [] })
    }
  })

  it('have a template of the server run: what is typed comes back as it was typed', async () => {
    for (const familyName of [
      '{{7*7}}',
      '${7*7}',
      '<%= 7*7 %>',
      '#{7*7}',
      '{{constructor.constructor("return process")()}}',
      '__proto__',
      'toString',
    ]) {
      const { id } = dataOf(
        await attacker.as('hospital_admin', 'patients.register', {
          givenName: 'Tem',
          familyName,
          birthDate: '1990-01-01',
          sex: 'other',
          confirmDistinct: true,
        }),
      )
      expect(dataOf(await attacker.as('hospital_admin', 'patients.get', { patientId: id }))['familyName']).toBe(
        familyName,
      )
    }
  })

  it('have a page show it as a page: data is never HTML', async () => {
    const familyName = '<script>alert(1)</script><img src=x onerror=alert(1)>'
    const { id } = dataOf(
      await attacker.as('hospital_admin', 'patients.register', {
        givenName: 'Xenia',
        familyName,
        birthDate: '1990-01-01',
        sex: 'other',
        confirmDistinct: true,
      }),
    )
    const token = await world.tokenOf('hospital_admin')
    for (const path of [
      `/api/patients/${String(id)}`,
      `/trpc/patients.get?input=${encodeURIComponent(JSON.stringify({ patientId: id }))}`,
    ]) {
      const { headers, text } = await attacker.send(path, { token, headers: { accept: 'text/html' } })
      expect(text).toContain('<script>')
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain(`default-src 'none'`)
    }
  })

  it('have an error repeat it', async () => {
    const mark = '<svg onload=alert(1)>-geheim'
    for (const path of [
      `/api/${mark}`,
      `/${mark}`,
      `/trpc/${encodeURIComponent(mark)}`,
      `/api/patients/${encodeURIComponent(mark)}`,
      `/docs/${mark}`,
      `/api/patients?search=${mark}&${mark}=1`,
    ]) {
      const { text } = await attacker.send(path, { token: await world.tokenOf('nurse') })
      expect({ path, text: text.includes('geheim') }).toEqual({ path, text: false })
    }
    for (const body of [`{"${mark}": 1}`, `{"givenName": "${mark}"`, `"${mark}"`, mark]) {
      const { text } = await attacker.send('/api/patients', {
        method: 'POST',
        token: await world.tokenOf('nurse'),
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect(text).not.toContain('geheim')
    }
  })

  it('write lines into the log', async () => {
    const before = world.server.log().length
    const forged = 'forged\\n{"level":"info","msg":"all is well"}'
    await attacker.send(`/api/patients?search=${encodeURIComponent(forged.replace('\\n', '\n'))}`, {
      headers: { 'user-agent': forged, 'x-request-id': 'forged" ,"x":"y' },
    })
    await attacker.call('identity.signIn', { email: 'a\nforged@example.org', password: 'forged\nforged' })
    const lines = world.server.log().slice(before).split('\n').filter(Boolean)
    expect(lines.length).toBeGreaterThan(0)
    for (const one of lines) expect(JSON.parse(one)).not.toHaveProperty('msg', 'all is well')
    expect(lines.join('')).not.toContain('forged')
  })

  it('write headers into the answer', async () => {
    for (const id of ['a%0d%0aset-cookie:x=y', 'aaaaaaaa;x', 'ääääääää']) {
      const { headers } = await attacker.send('/health', { headers: { 'x-request-id': encodeURI(id) } })
      expect(headers.get('set-cookie')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/^[\w.-]+$/)
    }
    const { headers } = await attacker.send('/redoc?next=//evil.example%0d%0aset-cookie:x=y')
    expect(headers.get('location')).toBe('/docs')
  })

  it('have the server fetch an address: no field is one, and none is called', async () => {
    const visits: string[] = []
    const trap = createServer((request, response) => {
      visits.push(request.url ?? '')
      response.end()
    }).listen(0, '127.0.0.1')
    await once(trap, 'listening')
    const address = trap.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    try {
      const { defects } = await intoEveryField([
        `http://127.0.0.1:${port}/ssrf`,
        'file:///etc/passwd',
        'http://169.254.169.254/latest/meta-data/',
        `//127.0.0.1:${port}/x`,
      ])
      expect(defects).toEqual([])
      expect(visits).toEqual([])
    } finally {
      trap.close()
    }
  })
})

describe('by a path, one cannot', () => {
  it('leave the folder of what is served', async () => {
    const paths = ['etc/passwd', 'package.json', '.env', '.data/keys', 'apps/server/src/main.ts'].flatMap((file) =>
      ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..;/', '%252e%252e%252f', '....//'].flatMap((up) => [
        `/${up.repeat(6)}${file}`,
        `/docs/assets/${up.repeat(6)}${file}`,
        `/assets/${up.repeat(4)}${file}`,
        `/api/patients/${up.repeat(3)}${file}`,
      ]),
    )
    for (const path of [
      ...paths,
      '/docs/assets/package.json',
      '/docs/assets/../package.json',
      '/%00',
      '/docs/assets/swagger-ui.css%00.js',
      '/.git/config',
      '/.env',
    ]) {
      const { status, text } = await attacker.raw(path)
      expect({
        path,
        isServed: status === 200 && !text.startsWith('<!doctype html') && !text.startsWith('Chartwire is running'),
      }).toEqual({ path, isServed: false })
      expect(text).not.toMatch(/root:|"dependencies"|CHARTWIRE_/)
      expect({ path, isDefect: status >= 500 }).toEqual({ path, isDefect: false })
    }
  })

  it('be sent elsewhere: the server names no host but its own', async () => {
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example' },
      { forwarded: 'host=evil.example' },
    ]) {
      for (const path of ['/openapi.json', '/redoc', '/docs', '/', '/nowhere']) {
        const { text } = await attacker.raw(path, headers)
        expect({ path, named: text.includes('evil.example') }).toEqual({ path, named: false })
      }
    }
    for (const path of ['//evil.example', '//evil.example/%2f..', '/\\evil.example']) {
      const { text } = await attacker.raw(path)
      expect(/^location:/im.test(text)).toBe(false)
    }
  })
})

describe('by the keys of a prototype, one cannot', () => {
  it('change what every object is, through body, query, batch or path', async () => {
    const token = await world.tokenOf('hospital_admin')
    const json = { 'content-type': 'application/json' }
    const bombs = [
      '{"__proto__":{"polluted":true},"name":"P"}',
      '{"constructor":{"prototype":{"polluted":true}},"name":"P"}',
      '{"name":"P","__proto__":null}',
      '{"a":{"__proto__":{"polluted":true}}}',
      '[{"__proto__":{"polluted":true}}]',
    ]
    for (const body of bombs) {
      for (const path of [
        '/api/wards',
        '/trpc/hospitals.createWard',
        '/trpc/hospitals.createWard,hospitals.createWard?batch=1',
      ]) {
        const { status } = await attacker.send(path, { method: 'POST', token, headers: json, body })
        expect(status).toBe(400)
      }
      const input = encodeURIComponent(body)
      for (const path of [
        `/trpc/patients.list?input=${input}`,
        `/trpc/patients.list,patients.list?batch=1&input=${input}`,
      ]) {
        expect((await attacker.send(path, { token })).status).toBeLessThan(500)
      }
    }
    await attacker.send('/api/patients?__proto__[polluted]=1&__proto__.polluted=1&constructor.prototype.polluted=1', {
      token,
    })
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(await attacker.count('ward', `name = 'P'`)).toBe(0)
  })

  it('pass for a procedure, a field or a person', async () => {
    expect(codeOf(await attacker.as('nurse', 'patients.get', { patientId: '__proto__' }))).toBe('invalid')
    expect(codeOf(await attacker.as('nurse', 'patients.list', {}, { 'x-acting-as': '__proto__' }))).toBe('not_found')
    expect(
      codeOf(
        await attacker.as('doctor', 'thresholds.set', {
          parameter: '__proto__',
          level: 'constructor',
          low: 1,
          high: 2,
        }),
      ),
    ).toBe('invalid')
    expect(
      codeOf(await attacker.as('hospital_admin', 'hospitals.invite', { email: 'a@example.org', role: 'constructor' })),
    ).toBe('invalid')
  })
})
