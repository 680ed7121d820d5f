import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { membershipOf, patientActor, type TestHospital, testHospital } from '../../test/hospital.ts'
import { listPatients } from '../patients/list-patients.ts'
import { authorize } from '../policy/authorize.ts'
import { type DirectivePurpose, type Purpose, purposeDefaults } from '../policy/purposes.ts'
import { giveDirective } from './give-directive.ts'
import type { Recipient } from './recipient.ts'
import { remaindersOf } from './remainders.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const asked = ['treatment', 'care-coordination', 'research'] as const
type Kind = 'everybody' | 'hospital' | 'nurses' | 'doctors' | 'this nurse'
interface Wish {
  effect: 'permit' | 'deny'
  purpose: (typeof asked)[number]
  kind: Kind
}

const wish = fc.record<Wish>({
  effect: fc.constantFrom('permit', 'deny'),
  purpose: fc.constantFrom(...asked),
  kind: fc.constantFrom<Kind>('everybody', 'hospital', 'nurses', 'doctors', 'this nurse'),
})

function recipientOf(kind: Kind): Recipient {
  const { hospitalId } = hospital
  switch (kind) {
    case 'everybody':
      return { kind: 'everybody' }
    case 'hospital':
      return { kind: 'hospital', hospitalId }
    case 'nurses':
      return { kind: 'role', hospitalId, role: 'nurse' }
    case 'doctors':
      return { kind: 'role', hospitalId, role: 'doctor' }
    case 'this nurse':
      return { kind: 'membership', membershipId: membershipOf(hospital.nurse) }
  }
}

/** The rule in plain words: from the most specific recipient on, the purpose itself before treatment; the last said holds. */
function expected(wishes: readonly Wish[], purpose: DirectivePurpose): boolean {
  const considered = purposeDefaults[purpose] === 'as-treatment' ? [purpose, 'treatment'] : [purpose]
  for (const kind of ['this nurse', 'nurses', 'hospital', 'everybody'] as const) {
    for (const one of considered) {
      const last = wishes.findLast((said) => said.kind === kind && said.purpose === one)
      if (last) return last.effect === 'permit'
    }
  }
  return purposeDefaults[purpose] !== 'deny'
}

it(
  'whatever a patient directs, the gate and the lists decide by the rule, and alike',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 6 }), async (wishes) => {
        const { patientId } = await hospital.admit()
        for (const { effect, purpose, kind } of wishes) {
          const said = { patientId, effect, purposes: [purpose], recipient: recipientOf(kind) }
          await giveDirective(hospital.as(patientActor(patientId)), said)
        }
        for (const purpose of asked) {
          const ctx = { ...hospital.as(hospital.nurse), purpose: purpose satisfies Purpose }
          const isOpen = await authorize(ctx, 'patient.read', { type: 'patient', id: patientId }).then(
            () => true,
            () => false,
          )
          const { items } = await listPatients(ctx, { wardId: null, after: null, limit: 500 })
          const isListed = items.some(({ id }) => id === patientId)
          const rule = expected(wishes, purpose)
          expect({ purpose, isOpen, isListed }).toEqual({ purpose, isOpen: rule, isListed: rule })
        }
      }),
      { numRuns: 15 },
    )
  },
)

it('what is left of a span and what was taken cover it, once', () => {
  const at = (minute: number) => new Date(minute * 60_000)
  const span = fc
    .tuple(fc.integer({ min: 0, max: 50 }), fc.option(fc.integer({ min: 1, max: 30 })))
    .map(([from, length]) => ({ from: at(from), until: length === null ? null : at(from + length) }))
  const covers = ({ from, until }: { from: Date; until: Date | null }, moment: Date) =>
    from <= moment && (until === null || moment < until)
  fc.assert(
    fc.property(span, span, fc.integer({ min: 0, max: 100 }), (whole, taken, minute) => {
      // Only spans that meet are ever parted.
      fc.pre((taken.until === null || whole.from < taken.until) && (whole.until === null || taken.from < whole.until))
      const parts = [...remaindersOf(whole, taken), taken]
      const covering = parts.filter((part) => covers(part, at(minute))).length
      expect(covering).toBe(covers(whole, at(minute)) || covers(taken, at(minute)) ? 1 : 0)
    }),
  )
})
