import { appRouter, type ProcedureMeta } from '@chartwire/api'
import type { AnyTRPCProcedure } from '@trpc/server'
import { expect, test } from 'vitest'
import { unrepeatable } from './unrepeatable.ts'

test('what is never sent twice is what the server can neither replay nor recognise', () => {
  // By path at run time, whatever the type says.
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>)
  const lost = procedures
    .filter(([, { _def }]) => {
      const { isUnkeyed } = _def.meta as ProcedureMeta
      return _def.type === 'mutation' && (isUnkeyed === 'secret-answer' || isUnkeyed === 'single-use')
    })
    .map(([path]) => path)
  expect(new Set(lost)).toEqual(unrepeatable)
})
