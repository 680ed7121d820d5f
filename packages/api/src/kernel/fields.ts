import { z } from 'zod'

/** Fields that occur everywhere, with one idea of what they may hold. */

/** In lower case, as the database gives it back: ids are compared as text. */
export const uuid = z.uuid().toLowerCase()

/** What PostgreSQL, every calendar and every patient's life can hold. */
const isWithinReason = (text: string) => text >= '1800' && text < '2200'
const wantedYears = { error: 'a year from 1800 to 2199' }
export const instant = z.iso.datetime({ offset: true }).refine(isWithinReason, wantedYears)
export const day = z.iso.date().refine(isWithinReason, wantedYears)

/** One line of text. Control characters have no place in it, and NUL and half a surrogate pair none in the database. */
export const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'text without control characters' })

export const name = line(200)
export const email = z.string().trim().min(3).max(254)

export const password = z.string().min(1).max(1024)
export const note = z.string().trim().min(1).max(4_000)
export const longText = z.string().min(1).max(100_000)

/** True or false, also as REST's query strings write them. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
  // A pipe, which is what the generator of the REST document takes for text.
  .pipe(z.boolean())
export const country = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, { error: 'a country of ISO 3166-1, two letters' })
export const pageSize = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual)
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Give it back as `after` for the next page; null on the last one.'),
  })
}
