import { defineEntity, p } from '@mikro-orm/core'
import { instant } from '../kernel/columns.ts'

/** How far the re-wrapping of one column has come: where the next run, or the one after a crash, goes on. */
export const RewrapCursorSchema = defineEntity({
  name: 'RewrapCursor',
  tableName: 'rewrap_cursor',
  properties: {
    /** `table.column` */
    place: p.text().primary(),
    /** The key that this pass re-encrypts with; a pass with another one begins anew. */
    keyId: p.smallint(),
    /** The primary key of the last row done, as a JSON array of texts. */
    after: p.text().nullable(),
    updatedAt: instant(),
  },
})
export class RewrapCursor extends RewrapCursorSchema.class {}
RewrapCursorSchema.setClass(RewrapCursor)
