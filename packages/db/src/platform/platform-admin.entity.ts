import { defineEntity, p } from '@mikro-orm/core'
import { id, instant } from '../kernel/columns.ts'

/** Who runs the platform. Granted and revoked by the operator's command alone; revoked, never deleted. */
export const PlatformAdminSchema = defineEntity({
  name: 'PlatformAdmin',
  tableName: 'platform_admin',
  properties: {
    id: id(),
    userId: p.uuid(),
    grantedBy: p.text(),
    createdAt: instant(),
    revokedAt: instant().nullable(),
  },
  indexes: [
    {
      name: 'platform_admin_active_uq',
      expression: `create unique index platform_admin_active_uq on platform_admin (user_id) where revoked_at is null`,
    },
  ],
})
export class PlatformAdmin extends PlatformAdminSchema.class {}
PlatformAdminSchema.setClass(PlatformAdmin)
