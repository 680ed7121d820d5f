import { appRouter, type ProcedureMeta } from '@chartwire/api'
import type { AnyTRPCProcedure } from '@trpc/server'
import { expect, test } from 'vitest'
import { renewing } from './renewal-link.ts'
import { unrepeatable } from './unrepeatable.ts'

// By path at run time, whatever the type says.
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>)

test('what is never sent twice is what the server can neither replay nor recognise', () => {
  const lost = procedures
    .filter(([, { _def }]) => {
      const { isUnkeyed } = _def.meta as ProcedureMeta
      return _def.type === 'mutation' && (isUnkeyed === 'secret-answer' || isUnkeyed === 'single-use')
    })
    .map(([path]) => path)
  expect(new Set(lost)).toEqual(unrepeatable)
})

test('the client keeps the new token of whatever answers with one', () => {
  const declared = procedures.filter(([, { _def }]) => (_def.meta as ProcedureMeta).renewsSession).map(([path]) => path)
  expect(new Set(declared)).toEqual(renewing)
})
