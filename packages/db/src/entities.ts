import type { Options } from '@mikro-orm/postgresql'

/** Every entity of every domain: what the ORM maps and what migrations are made from. */
export const entities: NonNullable<Options['entities']> = []
