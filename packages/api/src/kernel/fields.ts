import { z } from 'zod'

/** Fields that occur everywhere, with one idea of what they may hold. */
export const uuid = z.uuid()
export const instant = z.iso.datetime({ offset: true })
export const day = z.iso.date()
export const name = z.string().trim().min(1).max(200)
export const email = z.string().trim().min(3).max(254)
export const password = z.string().min(1).max(1024)
export const note = z.string().trim().min(1).max(4_000)
export const longText = z.string().min(1).max(100_000)

export const pageSize = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual)
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Give it back as `after` for the next page; null on the last one.'),
  })
}
