import { procedures } from '@chartwire/api/testing/procedures'
import { absentIds, sampleInputs } from '@chartwire/api/testing/sample-inputs'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Answer, anonymised, codeOf } from '../world/answer.ts'
import { callOverHttp, firstOverSse } from '../world/http.ts'
import { allowRehearsals, defectsIn, rehearsalId } from '../world/rehearse.ts'
import { Line } from '../world/socket.ts'
import { relationships, type Role, roles, startWorld, type World } from '../world/world.ts'
import { byTable, type Case, deviations, expected, type Outcome, reachesHospital } from './expectations.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ environment: { LOG_LEVEL: 'error' } })
  await allowRehearsals(world.server.hospital.url)
})
afterAll(() => world[Symbol.asyncDispose]())

interface Tried extends Case {
  answer: Answer
}

/** Every procedure on every relationship, as one role, by one transport. Changes are rehearsed and come to nothing. */
type Transport = (role: Role, cases: readonly Case[]) => Promise<Answer[]>

const inputOf = ({ procedure, relationship }: Case) => sampleInputs(world.belongings[relationship].ids)[procedure.path]
const callOf = (one: Case) => ({ path: one.procedure.path, input: inputOf(one) })

const transports: Record<string, Transport> = {
  HTTP: async (role, cases) => {
    const { url } = world.server
    const token = await world.tokenOf(role)
    const answers = new Map<Case, Answer>()
    for (const type of ['query', 'mutation'] as const) {
      const batch = cases.filter(({ procedure }) => procedure.type === type)
      const headers = type === 'mutation' ? { 'x-request-id': rehearsalId() } : {}
      const given = await callOverHttp({ url, token, headers }, batch.map(callOf))
      batch.forEach((one, index) => answers.set(one, given[index] ?? { data: 'no answer' }))
    }
    for (const one of cases.filter(({ procedure }) => procedure.type === 'subscription')) {
      answers.set(one, await firstOverSse({ url, token }, callOf(one)))
    }
    return cases.map((one) => answers.get(one) ?? { data: 'no answer' })
  },
  WebSocket: async (role, cases) => {
    const { url } = world.server
    const token = await world.tokenOf(role)
    await using reading = await Line.open({ url, token })
    await using changing = await Line.open({ url, token, headers: { 'x-request-id': rehearsalId() } })
    return await Promise.all(
      cases.map((one) =>
        (one.procedure.type === 'mutation' ? changing : reading).call(one.procedure.type, callOf(one)),
      ),
    )
  },
}

function casesOf(role: Role): Case[] {
  return procedures
    .filter(({ meta }) => meta?.permission !== 'public')
    .flatMap((procedure) => {
      const isNaming =
        JSON.stringify(inputOf({ procedure, relationship: 'absent' } as Case)) !==
        JSON.stringify(inputOf({ procedure, relationship: 'care-team' } as Case))
      return relationships.map((relationship) => ({ procedure, role, relationship, isNaming }))
    })
}

/** `allowed`: whatever comes of it, it was not refused for who asked. */
function outcomeOf(answer: Answer): Outcome {
  const code = codeOf(answer)
  return code === 'unauthenticated' || code === 'forbidden' || code === 'not_found' ? code : 'allowed'
}

describe.each(Object.keys(transports))('over %s', (name) => {
  it.each(roles)('%s: every procedure on every relationship', async (role) => {
    const cases = casesOf(role)
    const before = world.server.log().length
    const answers = await (transports[name] as Transport)(role, cases)
    const tried = cases.map((one, index): Tried => ({ ...one, answer: answers[index] ?? { data: 'no answer' } }))
    const surprises = tried.flatMap((one) => {
      const [is, should] = [outcomeOf(one.answer), expected(one)]
      return is === should ? [] : [`${line(one)} is ${is}, should be ${should}`]
    })
    expect(surprises).toEqual([])
    // A rehearsal ends as a defect would; the log tells them apart.
    expect(defectsIn(world.server.log().slice(before))).toEqual([])
    expect(tried.flatMap(leaksOf)).toEqual([])
    expect(differences(tried)).toEqual([])
    expect(tellings(tried)).toEqual([])
  })
})

function line({ procedure, relationship }: Case): string {
  return `${procedure.path} ${relationship}`
}

/** What an answer says of those whom its asker may not see. */
function leaksOf(one: Tried): string[] {
  const text = JSON.stringify(one.answer)
  const { ids, familyName } = world.belongings['other-hospital']
  const { hospitalId, membershipId, departmentId, userId, ...patientsOwn } = ids
  const hidden = [familyName, ...Object.values(patientsOwn)]
  // Hospitals publish that they are there and who their doctors are; logins are the platform's.
  if (one.role !== 'platform') hidden.push(departmentId, userId)
  if (one.role !== 'platform' && one.procedure.meta?.permission !== 'signed-in') hidden.push(hospitalId, membershipId)
  if (!reachesHospital(one)) {
    const { ids: near, familyName: name } = world.belongings['same-hospital']
    hidden.push(name, near.patientId, near.alarmId, near.appointmentId, near.careTeamMemberId)
  }
  return hidden.filter((value) => text.includes(value)).map((value) => `${line(one)} says ${value}`)
}

/** Where a refusal tells what belongs to somebody else from what does not exist. Of one's own it may say more. */
function differences(tried: readonly Tried[]): string[] {
  const refused = Map.groupBy(
    tried.filter((one) => outcomeOf(one.answer) !== 'allowed' && byTable(one) !== 'allowed'),
    ({ procedure }) => procedure.path,
  )
  return [...refused].flatMap(([path, ones]) => {
    const shapes = new Set(ones.map(({ answer }) => JSON.stringify(anonymised(answer))))
    return shapes.size > 1 ? [`${path}: ${[...shapes].join(' / ')}`] : []
  })
}

/** Where an answer of any kind, an empty list among them, tells what one may not see from what does not exist. */
function tellings(tried: readonly Tried[]): string[] {
  // Who stands above hospitals sees what each has.
  const naming = tried.filter(({ isNaming, role }) => isNaming && role !== 'platform')
  return [...Map.groupBy(naming, ({ procedure }) => procedure.path).values()].flatMap((ones) => {
    const absent = ones.find(({ relationship }) => relationship === 'absent')
    const hidden = ones.filter(
      (one) => one.relationship === 'other-hospital' || (one.relationship === 'same-hospital' && !reachesHospital(one)),
    )
    return hidden.flatMap((one) => {
      // What hospitals publish may be told apart.
      if (!absent || expected(one) !== expected(absent)) return []
      const [known, unknown] = [one, absent].map(({ answer }) => JSON.stringify(anonymised(answer)))
      return known === unknown ? [] : [`${line(one)}: ${known} / ${unknown}`]
    })
  })
}

describe('the work done', () => {
  it('is the same for what belongs to others and for what does not exist: no answer takes longer for one of them', async () => {
    const { url } = world.server
    const statements = vi.spyOn(Client.prototype, 'query')
    const workOf = async (role: Role, one: Case): Promise<number> => {
      const token = await world.tokenOf(role)
      const headers = one.procedure.type === 'mutation' ? { 'x-request-id': rehearsalId() } : {}
      const counts: number[] = []
      // Three times: a connection that is opened on the way asks for something of its own.
      for (let round = 0; round < 3; round++) {
        statements.mockClear()
        const [answer] = await callOverHttp({ url, token, headers }, [callOf(one)])
        expect({ role, path: line(one), outcome: answer && outcomeOf(answer) }).toMatchObject({ outcome: 'not_found' })
        counts.push(statements.mock.calls.length)
      }
      return Math.min(...counts)
    }
    const telling: string[] = []
    for (const role of roles) {
      // What one may see but is no such thing may take its time: it is one's own.
      const refused = casesOf(role).filter(
        (one) => one.procedure.type !== 'subscription' && expected(one) === 'not_found' && byTable(one) === 'not_found',
      )
      for (const [path, cases] of Map.groupBy(refused, ({ procedure }) => procedure.path)) {
        const work: Record<string, number> = {}
        for (const one of cases) work[one.relationship] = await workOf(role, one)
        if (new Set(Object.values(work)).size > 1) telling.push(`${role} ${path}: ${JSON.stringify(work)} statements`)
      }
    }
    statements.mockRestore()
    expect(telling).toEqual([])
  })
})

describe('the matrix', () => {
  it('has an example of every procedure', () => {
    const examples = sampleInputs(absentIds())
    expect(procedures.filter(({ path }) => !Object.hasOwn(examples, path)).map(({ path }) => path)).toEqual([])
  })

  it('deviates from the table of permissions only where that says something', () => {
    const cases = roles.flatMap(casesOf)
    const idle = Object.keys(deviations).filter((path) =>
      cases.every((one) => one.procedure.path !== path || expected(one) === byTable(one)),
    )
    expect(idle).toEqual([])
  })
})
