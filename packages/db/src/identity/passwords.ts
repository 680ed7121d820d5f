import { hash, verify } from '@node-rs/argon2'
import { DomainError } from '../kernel/errors.ts'

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** One hash at a time: a storm of sign-ins may queue, the bedside may not. */
const lanes = 1
const minimumLength = 12

let running = 0
const queue: (() => void)[] = []

export async function inPasswordLane<T>(work: () => Promise<T>): Promise<T> {
  if (running >= lanes) await new Promise<void>((go) => queue.push(go))
  else running += 1
  try {
    return await work()
  } finally {
    const next = queue.shift()
    if (next) next()
    else running -= 1
  }
}

/** @throws DomainError `password_weak` */
export function hashPassword(password: string): Promise<string> {
  if (password.length < minimumLength || new Set(password).size < 5) {
    throw new DomainError(
      'password_weak',
      `A password has at least ${minimumLength} characters, five of them different.`,
      {
        field: 'password',
      },
    )
  }
  return inPasswordLane(() => hash(password, cost))
}

/** Compared when there is no such account, so that a wrong name takes as long as a wrong password. */
let decoy: Promise<string> | undefined

/** Call it within the lane. */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', cost)
  const matches = await verify(stored ?? (await decoy), password)
  return stored !== null && matches
}
