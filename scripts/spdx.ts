/**
 * Whether an SPDX licence expression can be met by allowed licences alone: of `OR` one side, of `AND` both.
 * What cannot be read is not allowed.
 */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? []
  let at = 0

  function either(): boolean {
    let result = both()
    while (tokens[at] === 'OR') {
      at++
      // Both sides are read in any case.
      const right = both()
      result ||= right
    }
    return result
  }

  function both(): boolean {
    let result = one()
    while (tokens[at] === 'AND') {
      at++
      const right = one()
      result &&= right
    }
    return result
  }

  function one(): boolean {
    const token = tokens[at++]
    if (token !== '(') return token !== undefined && allowed.includes(token)
    const result = either()
    return tokens[at++] === ')' && result
  }

  const result = either()
  return result && at === tokens.length
}
