import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { Viewer } from '../../test/viewer.ts'
import { memberOfWard } from '../../test/ward-member.ts'
import { endCareTeam } from '../care-team/care-team.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { updateStaff } from '../hospitals/update-staff.ts'
import { signOut } from '../identity/sign-out.ts'
import type { Ctx } from '../kernel/context.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { type AlarmsFrame, watchAlarms } from './watch-alarms.ts'
import { watchWard, type WardFrame } from './watch-ward.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const wardViewer = ({ ctx, wardId = hospital.wardId }: { ctx: Ctx; wardId?: string }) =>
  new Viewer<WardFrame>((options) => watchWard(ctx, { wardId, cursor: null }, options)).begun()

describe('a stream whose watcher loses access', () => {
  it('ends with the role it began in: what comes next is asked for in the new one', async () => {
    const member = await memberOfWard(hospital)
    const ctx = hospital.as(member)
    await using ward = await wardViewer({ ctx })
    await using alarms = await new Viewer<AlarmsFrame>((options) => watchAlarms(ctx, { cursor: null }, options)).begun()
    await updateStaff(admin(), { membershipId: membershipOf(member), role: 'viewer' })
    for (const stream of [ward, alarms]) {
      await stream.sees(() => stream.end !== undefined, 2_000)
      expect(stream.end).toMatchObject({ code: 'unavailable' })
    }
  })

  it('ends within two seconds: off the team, out of the house, signed out, session gone', async () => {
    const ends: [string, (member: Awaited<ReturnType<typeof memberOfWard>>) => Promise<unknown>, string][] = [
      ['signed out', (member) => signOut(hospital.as(member)), 'unauthenticated'],
      ['out of the house', (member) => endMembership(admin(), { membershipId: membershipOf(member) }), 'not_found'],
      [
        'off the team',
        async (member) => {
          const [place] = await hospital.db.sql<{ id: string }>({
            text: 'select id from care_team_member where membership_id = $1 and until is null',
            values: [membershipOf(member)],
          })
          return endCareTeam(admin(), { id: place?.id ?? '' })
        },
        'not_found',
      ],
    ]
    for (const [how, lose, code] of ends) {
      const member = await memberOfWard(hospital)
      await using viewer = await wardViewer({ ctx: hospital.as(member) })
      await lose(member)
      await viewer.sees(() => viewer.end !== undefined, 2_000)
      expect({ how, end: viewer.end }).toMatchObject({ how, end: { code } })
    }
  })

  it('ends when another process takes the access away', async () => {
    const member = await memberOfWard(hospital)
    await using viewer = await wardViewer({ ctx: hospital.as(member) })
    const userId = member.kind === 'user' ? member.userId : ''
    const message = { from: 'another process', id: uuidv7(), messages: [{ type: 'session-ended', userId }] }
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'delete from session where user_id = $1', values: [userId] })
    await held.sql({ text: `select pg_notify('chartwire', $1)`, values: [JSON.stringify(message)] })
    await held.commit()
    await viewer.sees(() => viewer.end !== undefined, 2_000)
    expect(viewer.end).toMatchObject({ code: 'unauthenticated' })
  })

  it('ends although the word of it was lost with the connection it would have come over', async () => {
    const member = await memberOfWard(hospital)
    await using viewer = await wardViewer({ ctx: hospital.as(member) })
    const userId = member.kind === 'user' ? member.userId : ''
    await hospital.db.sql({ text: 'delete from session where user_id = $1', values: [userId] })
    await hospital.db.ownerSql({
      text: `select pg_terminate_backend(pid) from pg_stat_activity
              where application_name = 'chartwire-bus' and datname = current_database()`,
    })
    await viewer.sees(() => viewer.end !== undefined, 4_000)
    expect(viewer.end).toMatchObject({ code: 'unauthenticated' })
  })

  it('is told nothing about a ward that is not theirs', async () => {
    const stranger = hospital.as(await hospital.hire('nurse'))
    for (const wardId of [hospital.wardId, uuidv7()]) {
      await using viewer = await wardViewer({ ctx: stranger, wardId })
      expect(viewer.end).toMatchObject({ code: 'not_found', message: 'No such ward.' })
    }
  })
})
