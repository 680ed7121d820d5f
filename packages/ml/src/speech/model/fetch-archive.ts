import { lookup } from 'node:dns/promises'
import { BlockList } from 'node:net'
import { SpeechError } from '../errors.ts'

const MOST_REDIRECTS = 5

/** Addresses that only mean something here (RFC 1918, 3927, 4193, 4291, 6598, loopback). */
const INSIDE = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  INSIDE.addSubnet(net, prefix)
for (const [net, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  INSIDE.addSubnet(net, prefix, 'ipv6')

/**
 * What an https address holds. Every redirect is looked at before it is followed: it may not leave https, nor lead from
 * outside into the operator's own network. Throws `model.invalid` or `model.missing`.
 */
export async function fetchArchive(address: string, maxBytes: number): Promise<Uint8Array> {
  let at = new URL(address)
  for (let redirects = 0; ; redirects++) {
    if (at.protocol !== 'https:') throw refused('A model is fetched over https only.')
    const response = await fetch(at, { redirect: 'manual' }).catch((cause: unknown) => {
      throw missing('The address does not answer.', cause)
    })
    const target = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (target === null) return await body(response, maxBytes)
    await response.body?.cancel()
    const next = URL.parse(target, at.href)
    if (!next || redirects === MOST_REDIRECTS) throw refused('The address redirects to nowhere.')
    if (next.host !== at.host && (await isInside(next)) && !(await isInside(at)))
      throw refused('The address redirects into a private network.')
    at = next
  }
}

async function body(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (!response.ok || !response.body) throw missing(`The address answers with status ${response.status}.`)
  const pieces: Uint8Array[] = []
  let size = Number(response.headers.get('content-length') ?? 0)
  if (size > maxBytes) throw refused('The archive is too large.')
  size = 0
  try {
    for await (const piece of response.body) {
      size += piece.length
      if (size > maxBytes) break
      pieces.push(piece)
    }
  } catch (cause) {
    throw missing('The download broke off.', cause)
  }
  if (size > maxBytes) throw refused('The archive is too large.')
  return Buffer.concat(pieces)
}

async function isInside({ hostname }: URL): Promise<boolean> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const found = await lookup(host, { all: true }).catch(() => [])
  return found.some(({ address, family }) => INSIDE.check(address, family === 6 ? 'ipv6' : 'ipv4'))
}

function refused(message: string): SpeechError {
  return new SpeechError('model.invalid', message, { field: 'address' })
}

function missing(message: string, cause?: unknown): SpeechError {
  return new SpeechError('model.missing', message, { field: 'address', retryable: cause !== undefined, cause })
}
