import { DomainError } from '@chartwire/db'
import { scan } from 'secure-json-parse'

/** What no request of ours comes near: five thousand readings with every field are 200,000 parts, three deep. */
const mostDepth = 32
const mostParts = 300_000

const quote = 34
const backslash = 92

/**
 * Reads JSON from a stranger: not deeper and not of more parts than a request can need, looked at before anything is built
 * of it, and without the keys that reach for a prototype.
 *
 * @throws SyntaxError, DomainError `invalid`
 */
export function parseModestJson(text: string): unknown {
  assertModest(text)
  const value = JSON.parse(text) as unknown
  // An escape can spell either name.
  if (/__proto__|constructor|\\u/.test(text) && typeof value === 'object' && value !== null) {
    try {
      scan(value, { protoAction: 'error', constructorAction: 'error' })
    } catch {
      throw refusal('without the keys __proto__ and constructor.prototype')
    }
  }
  return value
}

/** One pass over the text; what is not JSON at all is left to the parser. */
function assertModest(text: string): void {
  let depth = 0
  let parts = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at)
        break
      case 91: // [
      case 123: // {
        if (++depth > mostDepth) throw refusal(`JSON nested at most ${mostDepth} deep`)
        break
      case 93: // ]
      case 125: // }
        depth--
        break
      case 44: // ,
      case 58: // :
        if (++parts > mostParts) throw refusal(`JSON of at most ${mostParts} keys and values`)
        break
    }
  }
}

/** Where the string that begins at `start` ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return at
  }
  return text.length
}

function refusal(expected: string): DomainError {
  return new DomainError('invalid', `The request must be ${expected}.`, { expected })
}
