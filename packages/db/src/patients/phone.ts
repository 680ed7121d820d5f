import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { invalid } from '../kernel/errors.ts'

/**
 * E.164 without guessing a country: the number must begin with `+` or `00`. Blanks, dots, dashes, brackets and a trunk
 * prefix such as `(0)` go; numbers of a length that the country does not have are refused.
 */
export function normalisePhone(phone: string, field = 'phone'): string {
  const number = parsePhoneNumberFromString(phone.trim().replace(/^00/, '+'))
  if (!number?.isPossible() || number.ext !== undefined) {
    throw invalid(field, 'an international number such as +43 660 1234567')
  }
  return number.number
}
