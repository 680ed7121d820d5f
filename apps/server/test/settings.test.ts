import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyRing } from '@chartwire/db'
import { describe, expect, it } from 'vitest'
import { loadKeys } from '../src/configuration/secrets.ts'
import { readSettings, SettingsError, settingsSchema } from '../src/configuration/settings.ts'

describe('settings', () => {
  it('have defaults that work, and take an empty value for none', () => {
    expect(readSettings({ PORT: '', LOG_LEVEL: '' })).toMatchObject({
      PORT: 4000,
      HOST: '127.0.0.1',
      CHARTWIRE_DEMO: true,
    })
  })

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://secret:word@host/db'],
    ['DATABASE_POOL', '-77'],
    ['NODE_ENV', 'prod-secret'],
    ['CHARTWIRE_DEMO', 'maybe'],
    ['CHARTWIRE_DEMO_PATIENTS', '-88'],
    ['CHARTWIRE_RATE_LIMIT', 'lots-of-it'],
    ['CHARTWIRE_ORIGINS', 'https://ok.example, not-an-origin'],
    ['CHARTWIRE_ORIGINS', 'null-secret:'],
    ['PUBLIC_URL', 'data:text/html,secret'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
  ])('%s=%s is refused by name, with what it wants and without the value', (variable, value) => {
    const refuse = () => readSettings({ [variable]: value })
    expect(refuse).toThrow(SettingsError)
    expect(refuse).toThrow(new RegExp(`^${variable}: `))
    const wanted = settingsSchema.shape[variable as keyof typeof settingsSchema.shape].description ?? ''
    expect(wanted.length).toBeGreaterThan(10)
    expect(refuse).toThrow(expect.objectContaining({ message: expect.stringContaining(wanted) }))
    expect(refuse).not.toThrow(expect.objectContaining({ message: expect.stringContaining(value) }))
  })

  it('name every variable that is wrong at once', () => {
    expect(() => readSettings({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT: [\s\S]*LOG_LEVEL: /)
  })

  it('describe every variable', () => {
    const bare = Object.entries(settingsSchema.shape).filter(([, schema]) => !schema.description)
    expect(bare.map(([variable]) => variable)).toEqual([])
  })

  it('keep an origin as a browser sends it', () => {
    expect(
      readSettings({ CHARTWIRE_ORIGINS: 'https://a.example/path, http://b.example:8080' }).CHARTWIRE_ORIGINS,
    ).toEqual(['https://a.example', 'http://b.example:8080'])
  })

  it('of production need keys of one’s own, and have no demo', () => {
    expect(() => readSettings({ NODE_ENV: 'production' })).toThrow(/^CHARTWIRE_KEYS: /)
    const keys = KeyRing.generate()
    expect(readSettings({ NODE_ENV: 'production', CHARTWIRE_KEYS: keys }).CHARTWIRE_DEMO).toBe(false)
    expect(() => readSettings({ NODE_ENV: 'production', CHARTWIRE_KEYS: keys, CHARTWIRE_DEMO: 'on' })).toThrow(
      /^CHARTWIRE_DEMO: /,
    )
  })

  it('make a key ring for a data folder once, for its owner’s eyes alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chartwire-keys-'))
    const settings = readSettings({})
    const ring = loadKeys(settings, folder)
    const file = join(folder, 'keys')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    expect(loadKeys(settings, folder).blindIndex('email', 'x').equals(ring.blindIndex('email', 'x'))).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe(text)
    const other = loadKeys(settings, mkdtempSync(join(tmpdir(), 'chartwire-keys-')))
    expect(other.blindIndex('email', 'x').equals(ring.blindIndex('email', 'x'))).toBe(false)
  })

  it('take the key ring from a file, and say what is wrong with it by the variable’s name', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'chartwire-keys-')), 'ring')
    const ring = KeyRing.generate(7)
    writeFileSync(file, `${ring}\n`)
    const settings = readSettings({ NODE_ENV: 'production', CHARTWIRE_KEYS_FILE: file })
    expect(loadKeys(settings, '/nowhere').ids).toEqual([7])
    expect(() => readSettings({ CHARTWIRE_KEYS: ring, CHARTWIRE_KEYS_FILE: file })).toThrow(/^CHARTWIRE_KEYS_FILE: /)
    writeFileSync(file, '1:c2VjcmV0')
    expect(() => loadKeys(settings, '/nowhere')).toThrow(/^CHARTWIRE_KEYS_FILE: expected/)
    const gone = readSettings({ CHARTWIRE_KEYS_FILE: `${file}.gone` })
    expect(() => loadKeys(gone, '/nowhere')).toThrow(/^CHARTWIRE_KEYS_FILE: cannot be read \(ENOENT\)/)
  })

  it('with a broken key ring say so without quoting it', () => {
    const refuse = () => loadKeys(readSettings({ CHARTWIRE_KEYS: '1:c2VjcmV0' }), '/nowhere')
    expect(refuse).toThrow(/^CHARTWIRE_KEYS: /)
    expect(refuse).not.toThrow(/c2VjcmV0/)
  })
})
