const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/** FNV-1a over the UTF-16 units of a feature's name. */
export function hashName(name: string): number {
  return extendHash(OFFSET, name)
}

/** The hash of a longer name from that of its beginning: `extendHash(hashName('w='), 'cough')` is `hashName('w=cough')`. */
export function extendHash(beginning: number, rest: string, from = 0, to = rest.length): number {
  let value = beginning
  for (let i = from; i < to; i++) value = Math.imul(value ^ rest.charCodeAt(i), PRIME)
  return value >>> 0
}
