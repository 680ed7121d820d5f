import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallLimits } from './call-limits.ts'
import { clientAddress } from './client-address.ts'
import { parseModestJson } from './modest-json.ts'
import { TokenBuckets } from './token-buckets.ts'

const refused = { code: 'invalid' }

describe('modest JSON', () => {
  it('is whatever a request may hold, read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!/__proto__|constructor/.test(text))
        expect(parseModestJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('counts no bracket, comma or quote that stands within a string', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', '{', '"', '\\', ',', ':', 'a', '\\"'), { maxLength: 400 }), (parts) => {
        const value = { text: parts.join(''), [`${'['.repeat(40)}"`]: 1 }
        expect(parseModestJson(JSON.stringify(value))).toEqual(value)
      }),
    )
  })

  it('has a depth, wherever it is reached', () => {
    const nested = (depth: number) => `${'{"a":['.repeat(depth / 2)}1${']}'.repeat(depth / 2)}`
    expect(parseModestJson(nested(32))).toBeTypeOf('object')
    expect(() => parseModestJson(nested(34))).toThrow(expect.objectContaining(refused))
    expect(() => parseModestJson(`[${'[],'.repeat(1_000)}${nested(32)}]`)).toThrow(expect.objectContaining(refused))
    // Far beyond what a recursive reader survives.
    expect(() => parseModestJson('['.repeat(5_000_000))).toThrow(expect.objectContaining(refused))
  })

  it('of a day’s readings in full passes, and more than any request needs does not', () => {
    const reading = Object.fromEntries(Array.from({ length: 20 }, (_, field) => [`field${field}`, field]))
    expect(parseModestJson(JSON.stringify({ readings: Array.from({ length: 5_000 }, () => reading) }))).toBeTypeOf(
      'object',
    )
    expect(() => parseModestJson(`[${'0,'.repeat(300_001)}0]`)).toThrow(expect.objectContaining(refused))
  })

  it('reaches for no prototype, in any spelling and at any depth', () => {
    const bad = [
      '{"__proto__":{"isAdmin":true}}',
      '{"a":[{"b":{"__proto__":1}}]}',
      String.raw`{"\u005f\u005fproto__":{}}`,
      String.raw`{"__pr\u006fto__":{}}`,
      '{"constructor":{"prototype":{"isAdmin":true}}}',
      String.raw`{"\u0063onstructor":{"prototype":{}}}`,
    ]
    for (const text of bad) expect(() => parseModestJson(text)).toThrow(expect.objectContaining(refused))
    // Words are not keys.
    expect(parseModestJson('{"note":"__proto__ and constructor"}')).toEqual({ note: '__proto__ and constructor' })
  })

  it('that is no JSON is the reader’s to say', () => {
    for (const text of ['', '{', '{"a', '"\\', '[1,]', 'nope', '{"a":1}}']) {
      expect(() => parseModestJson(text)).toThrow(SyntaxError)
    }
  })
})

describe('an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (ip, counted) => {
    expect(clientAddress(ip)).toBe(counted)
  })
})

describe('an allowance', () => {
  it('never lets more through than a minute’s worth and what flowed in since', () => {
    const step = fc.record({ wait: fc.nat({ max: 5_000 }), calls: fc.nat({ max: 30 }) })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(step, { maxLength: 30 }), (perMinute, steps) => {
        let now = 0
        const buckets = new TokenBuckets(perMinute, () => now)
        let passed = 0
        for (const { wait, calls } of steps) {
          now += wait
          for (let call = 0; call < calls; call++) {
            const seconds = buckets.take('nurse')
            expect(seconds).toSatisfy((wait: number | null) => wait === null || wait >= 1)
            passed += seconds === null ? 1 : 0
          }
          expect(passed).toBeLessThanOrEqual(perMinute + (now * perMinute) / 60_000 + 1e-6)
        }
      }),
    )
  })

  it('is there again when it said, and everybody’s own', () => {
    let now = 0
    const buckets = new TokenBuckets(6, () => now)
    for (let call = 0; call < 6; call++) expect(buckets.take('a')).toBeNull()
    const wait = buckets.take('a')
    expect(wait).toBe(10)
    expect(buckets.take('b')).toBeNull()
    now += (wait ?? 0) * 1_000
    expect(buckets.take('a')).toBeNull()
  })

  it('of strangers takes no more memory than so much, and the busy are not forgotten for them', () => {
    const buckets = new TokenBuckets(1, () => 0)
    expect(buckets.take('busy')).toBeNull()
    for (let thousand = 0; thousand < 120; thousand++) {
      for (let stranger = 0; stranger < 1_000; stranger++) buckets.take(`stranger ${thousand * 1_000 + stranger}`)
      expect(buckets.take('busy')).not.toBeNull()
    }
    expect(buckets.take('stranger 0')).toBeNull()
  })
})

describe('places', () => {
  it('of streams and sockets are held until they are given back, once', () => {
    const perMinute = { read: 100, write: 100, ingest: 100, export: 100 }
    const limits = new CallLimits({ perMinute, streams: 2 })
    const actor = { kind: 'user', userId: 'u', sessionId: 's', capacity: null, capacities: [] } as const
    const stream = () => limits.admit({ actor, type: 'subscription', load: undefined }, '203.0.113.1')
    const [first] = [stream(), stream()]
    expect(stream).toThrow(expect.objectContaining({ code: 'too_many' }))
    first?.()
    first?.()
    stream()
    expect(stream).toThrow(expect.objectContaining({ code: 'too_many' }))

    const open = Array.from({ length: 2_000 }, () => limits.openSocket('203.0.113.2'))
    expect(() => limits.openSocket('203.0.113.2')).toThrow(expect.objectContaining({ code: 'too_many' }))
    limits.openSocket('203.0.113.3')
    for (const leave of open) leave()
    limits.openSocket('203.0.113.2')
  })

  it('of exports and readings are apart from other calls', () => {
    const limits = new CallLimits({ perMinute: { read: 1, write: 1, ingest: 2, export: 1 }, streams: 1 })
    const actor = { kind: 'anonymous' } as const
    const ask = (type: 'query' | 'mutation', load?: 'ingest' | 'export') => {
      try {
        limits.admit({ actor, type, load }, '203.0.113.1')
        return 'passed'
      } catch (error) {
        return error
      }
    }
    const tooMany = expect.objectContaining({ code: 'too_many', details: { retryAfter: 60 } })
    expect([ask('query'), ask('mutation'), ask('query', 'export')]).toEqual(['passed', 'passed', 'passed'])
    expect([ask('query'), ask('mutation'), ask('query', 'export')]).toEqual([tooMany, tooMany, tooMany])
    expect([ask('mutation', 'ingest'), ask('mutation', 'ingest')]).toEqual(['passed', 'passed'])
  })
})
