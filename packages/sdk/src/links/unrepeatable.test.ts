import { appRouter, type ProcedureMeta } from '@chartwire/api'
import type { AnyTRPCProcedure } from '@trpc/server'
import { expect, test } from 'vitest'
import { renewing } from './renewal-link.ts'
import { unrepeatable } from './unrepeatable.ts'

/** Mutations without a stored answer that may arrive twice all the same. */
const naturallyRepeatable = new Set([
  // By patient, device and source time.
  'vitals.record',
  // Signed out stays signed out.
  'identity.signOut',
])

// By path at run time, whatever the type says.
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>)

test('what is never sent twice is what the server can neither replay nor recognise', () => {
  const unkeyed = procedures
    .filter(([, { _def }]) => _def.type === 'mutation' && (_def.meta as ProcedureMeta).isUnkeyed === true)
    .map(([path]) => path)
  expect(new Set(unkeyed.filter((path) => !naturallyRepeatable.has(path)))).toEqual(unrepeatable)
})

test('the client keeps the new token of whatever answers with one', () => {
  const declared = procedures.filter(([, { _def }]) => (_def.meta as ProcedureMeta).renewsSession).map(([path]) => path)
  expect(new Set(declared)).toEqual(renewing)
})
