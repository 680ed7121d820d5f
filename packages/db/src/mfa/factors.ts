import type { Query } from '../database/sql.ts'

/** What a login has besides its password. */
export interface Factors {
  hasTotp: boolean
  passkeys: number
  /** Unused ones; no factor, but a way in when the factor is lost. */
  recoveryCodes: number
}

export type SecondFactorMethod = 'totp' | 'passkey' | 'recovery-code'
export type StepUpMethod = 'password' | 'totp' | 'passkey'

export async function factorsOf(sql: Query, userId: string): Promise<Factors> {
  const [row] = await sql<Factors>({
    name: 'factors_of',
    text: `select exists (select 1 from totp_factor where user_id = $1 and confirmed_at is not null) "hasTotp",
                  (select count(*)::int from passkey where user_id = $1) passkeys,
                  (select count(*)::int from recovery_code where user_id = $1 and used_at is null) "recoveryCodes"`,
    values: [userId],
  })
  return row ?? { hasTotp: false, passkeys: 0, recoveryCodes: 0 }
}

export function secondFactorMethods({ hasTotp, passkeys, recoveryCodes }: Factors): SecondFactorMethod[] {
  return [
    ...(hasTotp ? (['totp'] as const) : []),
    ...(passkeys > 0 ? (['passkey'] as const) : []),
    ...(recoveryCodes > 0 ? (['recovery-code'] as const) : []),
  ]
}

/** A login that has a second factor steps up with it: its password may be what was stolen. */
export function stepUpMethods({ hasTotp, passkeys }: Factors): StepUpMethod[] {
  const methods: StepUpMethod[] = [
    ...(hasTotp ? (['totp'] as const) : []),
    ...(passkeys > 0 ? (['passkey'] as const) : []),
  ]
  return methods.length > 0 ? methods : ['password']
}
