import { p } from '@mikro-orm/core'
import { uuidv7 } from './ids.ts'

/** Columns that nearly every table has. Instants are timestamptz(3): what a client sends comes back to the millisecond. */
export const id = () =>
  p
    .uuid()
    .primary()
    .onCreate(() => uuidv7())
export const instant = () => p.datetime().length(3)
export const cipher = () => p.blob()
