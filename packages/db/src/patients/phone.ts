import { invalid } from '../kernel/errors.ts'

/** E.164 without guessing a country: digits with a leading plus; blanks, dots, dashes and brackets are dropped. */
export function normalisePhone(phone: string): string {
  const normal = phone.replace(/[\s().-]/g, '').replace(/^00/, '+')
  if (!/^\+[1-9]\d{6,14}$/.test(normal)) throw invalid('phone', 'an international number such as +43 660 1234567')
  return normal
}
