import { endCareTeam, endMembership } from '@chartwire/db'
import { membershipOf } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { codeOf } from '../world/answer.ts'
import { Line } from '../world/socket.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'
import { Watch } from './watch.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld({ level: 'trace' })
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const ids = () => world.belongings['care-team'].ids

/** How a page of an origin fares that opens a line, with the cookie that a browser sends along. */
function knock(headers: Record<string, string>, query = ''): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${attacker.url.replace('http', 'ws')}/trpc${query}`, { headers })
    socket.once('open', () => {
      resolve('open')
      socket.terminate()
    })
    socket.once('unexpected-response', (_, response) => {
      resolve(String(response.statusCode))
      socket.terminate()
    })
    socket.once('error', () => undefined)
  })
}

describe('over a WebSocket, one cannot', () => {
  it('ride on a visitor’s cookie from a page of another origin', async () => {
    const cookie = `chartwire_session=${await world.tokenOf('nurse')}`
    const origins = [
      'https://evil.example',
      'null',
      '',
      'file://',
      `${attacker.url}.evil.example`,
      attacker.url.replace('127.0.0.1', 'localhost'),
    ]
    for (const origin of origins)
      expect({ origin, fate: await knock({ cookie, origin }) }).toEqual({ origin, fate: '403' })
    expect(await knock({ cookie })).toBe('403')
    expect(await knock({ cookie, origin: attacker.url })).toBe('open')
  })

  it('bring a token in the address', async () => {
    const token = (await world.tokenOf('nurse')) ?? ''
    const params = encodeURIComponent(JSON.stringify({ token }))
    for (const query of [`?token=${token}`, `?access_token=${token}`, `?connectionParams=${params}`]) {
      const socket = new WebSocket(`${attacker.url.replace('http', 'ws')}/trpc${query}`)
      await new Promise((resolve) => socket.once('open', resolve))
      const answer = new Promise<string>((resolve) => {
        socket.on('message', (raw: Buffer) => raw.includes('"id":1') && resolve(raw.toString('utf8')))
        socket.once('close', () => resolve('unauthenticated: closed'))
      })
      socket.send(JSON.stringify({ method: 'connectionParams', data: {} }))
      socket.send(JSON.stringify({ id: 1, method: 'query', params: { path: 'identity.me' } }))
      expect(await answer).toContain('unauthenticated')
      socket.terminate()
    }
    expect(world.server.log()).not.toContain(token)
  })

  it('become somebody else on a line that is open', async () => {
    const [viewer, admin] = [await world.tokenOf('viewer'), await world.tokenOf('hospital_admin')]
    const socket = new WebSocket(`${attacker.url.replace('http', 'ws')}/trpc?connectionParams=1`)
    await new Promise((resolve) => socket.once('open', resolve))
    const answers: string[] = []
    socket.on('message', (raw: Buffer) => answers.push(raw.toString('utf8')))
    const send = (message: object) => socket.send(JSON.stringify(message))
    send({ method: 'connectionParams', data: { token: viewer } })
    send({ id: 1, method: 'query', params: { path: 'hospitals.staff', input: {} } })
    await vi.waitUntil(() => answers.some((text) => text.includes('"id":1')))
    send({ method: 'connectionParams', data: { token: admin } })
    send({ id: 2, method: 'query', params: { path: 'hospitals.staff', input: {} } })
    await vi.waitUntil(() => answers.some((text) => text.includes('"id":2')) || socket.readyState === WebSocket.CLOSED)
    expect(answers.filter((text) => text.includes('"id":2') && !text.includes('forbidden'))).toEqual([])
    socket.terminate()
  })

  it('stop or read what others watch: ids of a line are its own', async () => {
    const { url } = world.server
    await using watch = await Watch.open({ url, token: await world.tokenOf('nurse') }, 'vitals.watchPatient', {
      patientId: ids().patientId,
    })
    await using other = await Line.open({ url, token: await world.tokenOf('viewer') })
    await other.send({ id: 1, method: 'subscription.stop' })
    expect(codeOf(await other.call('query', { path: 'system.ping', input: undefined }))).toBe('ok')
    const before = watch.messages.length
    await attacker.as('gateway', 'vitals.record', {
      readings: [{ patientId: ids().patientId, at: Date.now(), heartRate: 71 }],
    })
    await watch.sees(() => watch.messages.length > before)
  })

  it('go on watching after signing out', async () => {
    const { hospital } = world.server
    const { token } = await hospital.db.sessions.open({
      userId: await userIdOf('nurse'),
      kind: 'person',
      userAgent: null,
    })
    await using watch = await Watch.open({ url: world.server.url, token }, 'vitals.watchPatient', {
      patientId: ids().patientId,
    })
    await attacker.call('identity.signOut', undefined, { token })
    await watch.sees(() => watch.end !== undefined)
    expect(watch.end).toBe('unauthenticated')
  })

  it('go on watching a patient or a ward one no longer cares for', async () => {
    const { hospital } = world.server
    const nurse = await hospital.hire('nurse')
    const place = { membershipId: membershipOf(nurse), charge: { wardId: ids().wardId } }
    const { id } = dataOf(await attacker.as('hospital_admin', 'careTeam.assign', place)) as { id: string }
    const caller = { url: world.server.url, token: await attacker.tokenOfActor(nurse) }
    await using ward = await Watch.open(caller, 'vitals.watchWard', { wardId: ids().wardId })
    await using patient = await Watch.open(caller, 'vitals.watchPatient', { patientId: ids().patientId })
    await endCareTeam(hospital.as(hospital.admin), { id })
    await ward.sees(() => ward.end !== undefined && patient.end !== undefined)
    expect([ward.end, patient.end]).toEqual(['not_found', 'not_found'])
    expect((await attacker.auditOf(id)).map(({ action }) => action)).toEqual(['care-team.assign', 'care-team.end'])
  })

  it('go on hearing alarms after one’s employment has ended', async () => {
    const { hospital } = world.server
    const doctor = await hospital.hire('doctor')
    await attacker.as('hospital_admin', 'careTeam.assign', {
      membershipId: membershipOf(doctor),
      charge: { wardId: ids().wardId },
    })
    const caller = { url: world.server.url, token: await attacker.tokenOfActor(doctor) }
    await using watch = await Watch.open(caller, 'alarms.watch', {})
    await endMembership(hospital.as(hospital.admin), { membershipId: membershipOf(doctor) })
    await watch.sees(() => watch.end !== undefined)
    expect(['forbidden', 'not_found', 'unauthenticated']).toContain(watch.end)
  })

  it('begin where one likes with a cursor of one’s own making', async () => {
    await using line = await Line.open({ url: world.server.url, token: await world.tokenOf('nurse') })
    const { patientId } = ids()
    for (const lastEventId of [
      '1:1',
      'x',
      '-1:5:',
      '1:99999999999999999999:',
      `5:9:${'1,'.repeat(1_000)}`,
      `'; drop table alarm; --`,
      '0:0:0',
      '\u0000',
      'x'.repeat(4_001),
    ]) {
      const answer = await line.call('subscription', { path: 'vitals.watchPatient', input: { patientId, lastEventId } })
      expect({ lastEventId, fate: codeOf(answer) }).toEqual({ lastEventId, fate: 'invalid' })
    }
    expect(await attacker.count('alarm')).toBeGreaterThan(0)
  })
})

async function userIdOf(role: 'nurse'): Promise<string> {
  const { user } = dataOf(await attacker.as(role, 'identity.me', undefined)) as { user: { id: string } }
  return user.id
}
