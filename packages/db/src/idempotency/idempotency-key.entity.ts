import { defineEntity, p } from '@mikro-orm/core'
import { instant } from '../kernel/columns.ts'

export const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    scope: p.text().primary(),
    key: p.text().primary(),
    procedure: p.text(),
    inputHash: p.blob(),
    answer: p.blob(),
    createdAt: instant().index(),
  },
})
