import { ownLogin } from '../identity/own-login.ts'
import type { Ctx } from '../kernel/context.ts'
import { type Factors, factorsOf, type StepUpMethod, stepUpMethods } from './factors.ts'
import { listPasskeys, type PasskeyRow } from './passkeys.ts'

export interface MyFactors extends Omit<Factors, 'passkeys'> {
  passkeys: PasskeyRow[]
  /** What `stepUp` takes of this login. */
  stepUpMethods: StepUpMethod[]
}

/** What the login of this request has besides its password. */
export async function myFactors(ctx: Ctx): Promise<MyFactors> {
  const factors = await factorsOf(ctx.sql, ownLogin(ctx).userId)
  return { ...factors, passkeys: await listPasskeys(ctx), stepUpMethods: stepUpMethods(factors) }
}
