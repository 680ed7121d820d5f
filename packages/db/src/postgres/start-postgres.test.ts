import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kill, ownPostgres, type PostgresFolder, postgresFolder } from '../../test/postgres-folder.ts'
import { isAlive, removeCluster, until } from '../../test/remove-cluster.ts'
import { type EmbeddedPostgres, startPostgres, type StartPostgresOptions } from './index.ts'

const owner = join(import.meta.dirname, '../../test/postgres-owner.ts')
const isRoot = process.getuid?.() === 0
if (!isRoot) process.stderr.write('Not root: the tests of dropping to another user do not run.\n')

/** Made and stopped once; tests that are not about making a cluster start from a copy. */
let made: PostgresFolder
beforeAll(async () => {
  made = postgresFolder()
  await (await start({ dataDir: made.dataDir })).stop()
})
afterAll(() => made[Symbol.asyncDispose]())

describe('a first start', () => {
  test('makes a cluster that the second start finds, on the same port', async () => {
    await using folder = postgresFolder()
    const first = await start({ dataDir: folder.dataDir })
    await query(first.url('postgres'), 'create table kept (value text)')
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)
    expect(readdirSync(folder.data())).not.toContain('postmaster.pid')

    await using second = await start({ dataDir: folder.dataDir })
    expect(second).toMatchObject({ adopted: false, port: first.port })
    expect(await query(second.url('postgres'), 'select count(*)::int as n from kept')).toEqual([{ n: 0 }])
  })

  test('keeps its promises about encoding, durability and what the log may hold', async () => {
    await using folder = postgresFolder()
    await using server = await startPostgres({ dataDir: folder.dataDir })
    const rows = await query(
      server.url('postgres'),
      `select lower('ŽÁK') as lower, 'Žák' < 'a' as sorted_by_locale, (select encoding from pg_database limit 1) as utf8,
         current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
         current_setting('listen_addresses') as address, current_setting('unix_socket_directories') as sockets,
         (select count(*)::int from pg_hba_file_rules where auth_method <> 'scram-sha-256') as weak`,
    )
    expect(rows).toEqual([
      {
        lower: 'žák',
        sorted_by_locale: false,
        utf8: 6,
        fsync: 'on',
        commit: 'on',
        address: '127.0.0.1',
        sockets: '',
        weak: 0,
      },
    ])
    await expect(query(server.url('postgres'), `select 'Jan Novak, 1956'::uuid`)).rejects.toThrow('Jan Novak')
    await expect(query(server.url('postgres'), `select from "Jan Novak"`)).rejects.toThrow('Jan Novak')
    expect(readFileSync(join(folder.place(), 'postgres.log'), 'utf8')).not.toContain('Novak')
    expect(statSync(join(folder.place(), 'cluster', 'password')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder.place(), 'postgres.log')).mode & 0o777).toBe(0o600)
  })

  test('of two processes at once starts one server', async () => {
    await using folder = postgresFolder()
    const both = await Promise.all([ownPostgres(folder.dataDir), ownPostgres(folder.dataDir)])
    expect(both.filter(({ said }) => said.adopted)).toHaveLength(1)
    expect(both[0].said.pid).toBe(both[1].said.pid)
    expect(both[0].said.url).toBe(both[1].said.url)
    expect(readdirSync(folder.place()).filter((name) => name.includes('init'))).toEqual([])
    await Promise.all(both.map(({ owner }) => kill(owner)))
  })

  test('clears away what a process killed during initdb left', async () => {
    await using folder = postgresFolder({ copyOf: made })
    const ended = spawn('true')
    await once(ended, 'exit')
    renameSync(join(folder.place(), 'cluster'), join(folder.place(), `cluster.init-${ended.pid}`))
    await using server = await start({ dataDir: folder.dataDir })
    expect(server.adopted).toBe(false)
    expect(readdirSync(folder.place()).filter((name) => name.includes('init'))).toEqual([])
  })
})

describe('a crash', () => {
  test('of the owner leaves a server that the next process adopts and can stop', async () => {
    await using folder = postgresFolder({ copyOf: made })
    const { owner, said } = await ownPostgres(folder.dataDir)
    await kill(owner)
    expect(isAlive(said.pid)).toBe(true)

    const adopting = await start({ dataDir: folder.dataDir })
    expect(adopting).toMatchObject({ adopted: true, pid: said.pid, port: said.port })
    expect(adopting.url('postgres')).toBe(said.url)
    await adopting.stop()
    expect(isAlive(said.pid)).toBe(false)
  })

  test('of the server loses no acknowledged row', async () => {
    await using folder = postgresFolder({ copyOf: made })
    const first = await start({ dataDir: folder.dataDir })
    await query(first.url('postgres'), 'create table reading (id int primary key)')
    const pool = new Pool({ connectionString: first.url('postgres'), max: 4 })
    pool.on('error', () => {})
    const acknowledged: number[] = []
    const writing = Array.from({ length: 4 }, async (_, writer) => {
      for (let id = writer; ; id += 4) {
        await pool.query('insert into reading values ($1)', [id])
        acknowledged.push(id)
      }
    })
    await until(() => acknowledged.length > 200)
    process.kill(first.pid, 'SIGKILL')
    await Promise.allSettled(writing)
    await pool.end()

    await using second = await start({ dataDir: folder.dataDir })
    expect(second).toMatchObject({ adopted: false })
    const stored = await query<{ id: number }>(second.url('postgres'), 'select id from reading')
    const found = new Set(stored.map((row) => row.id))
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([])
  })

  test('whose process number another program has now does not stand in the way, and the program lives', async () => {
    await using folder = postgresFolder({ copyOf: made })
    const { uid, gid } = statSync(folder.data())
    const stranger = spawn('sleep', ['60'], { ...(isRoot ? { uid, gid } : {}), cwd: '/' })
    try {
      writeFileSync(join(folder.data(), 'postmaster.pid'), `${stranger.pid}\n${folder.data()}\n1\n5432\n\n\n\nready\n`)
      await using server = await start({ dataDir: folder.dataDir })
      expect(server.adopted).toBe(false)
      expect(stranger.exitCode).toBe(null)
    } finally {
      stranger.kill()
    }
  })
})

test('Ctrl-C to the whole process group lets the application drain before the server stops', async () => {
  await using folder = postgresFolder({ copyOf: made })
  const { owner, said, lines } = await ownPostgres(folder.dataDir)
  process.kill(-Number(owner.pid), 'SIGINT')
  const { value } = await lines.next()
  expect(JSON.parse(String(value))).toEqual({ drained: true })
  expect(isAlive(said.pid)).toBe(false)
})

describe('a port', () => {
  test('that was asked for and is taken is refused by name', async () => {
    await using folder = postgresFolder({ copyOf: made })
    await using other = await listen(0)
    await expect(start({ dataDir: folder.dataDir, port: other.port })).rejects.toMatchObject({
      code: 'port_taken',
      message: `Port ${other.port} belongs to another program; choose another one.`,
    })
  })

  test('that was remembered and is taken is chosen anew', async () => {
    await using folder = postgresFolder({ copyOf: made })
    const first = await start({ dataDir: folder.dataDir })
    await first.stop()
    await using _other = await listen(first.port)
    await using second = await start({ dataDir: folder.dataDir })
    expect(second.port).not.toBe(first.port)
  })
})

describe('a data folder', () => {
  test('of another major version is left alone', async () => {
    await using folder = postgresFolder({ copyOf: made })
    writeFileSync(join(folder.data(), 'PG_VERSION'), '17\n')
    await expect(start({ dataDir: folder.dataDir })).rejects.toMatchObject({
      code: 'data_folder_version',
      message: expect.stringContaining('was made by PostgreSQL 17, this is PostgreSQL 18'),
    })
  })

  test('whose server does not know our password is not adopted', async () => {
    await using folder = postgresFolder({ copyOf: made })
    await using _server = await start({ dataDir: folder.dataDir })
    writeFileSync(join(folder.place(), 'cluster', 'password'), 'another\n')
    await expect(start({ dataDir: folder.dataDir })).rejects.toMatchObject({ code: 'data_folder_in_use' })
  })

  test('whose password was lost is not left with a server that nobody can use', async () => {
    await using folder = postgresFolder({ copyOf: made })
    writeFileSync(join(folder.place(), 'cluster', 'password'), 'another\n')
    await expect(start({ dataDir: folder.dataDir })).rejects.toMatchObject({ code: 'data_folder_in_use' })
    expect(readdirSync(folder.data())).not.toContain('postmaster.pid')
  })

  test('that was moved while its server runs is adopted under its new name', async () => {
    await using folder = postgresFolder({ copyOf: made })
    await using first = await start({ dataDir: folder.dataDir })
    const moved = `${folder.dataDir}-moved`
    renameSync(folder.dataDir, moved)
    try {
      const second = await start({ dataDir: moved })
      expect(second).toMatchObject({ adopted: true, pid: first.pid })
    } finally {
      renameSync(moved, folder.dataDir)
    }
  })

  test('that cannot start says why, with the end of the log', async () => {
    await using folder = postgresFolder({ copyOf: made })
    rmSync(join(folder.data(), 'global', 'pg_control'))
    await expect(start({ dataDir: folder.dataDir })).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('pg_control'),
    })
  })
})

describe.runIf(isRoot)('as root', () => {
  test('PostgreSQL runs as nobody where there is no postgres, and later starts keep to that', async () => {
    await using folder = postgresFolder()
    const first = await start({ dataDir: folder.dataDir, osUser: 'nobody' })
    const owner = statSync(`/proc/${first.pid}`).uid
    expect(owner).not.toBe(0)
    await first.stop()
    await using second = await start({ dataDir: folder.dataDir })
    expect(statSync(`/proc/${second.pid}`).uid).toBe(owner)
  })

  test('an unknown user is refused', async () => {
    await using folder = postgresFolder()
    await expect(start({ dataDir: folder.dataDir, osUser: 'no-such-user' })).rejects.toMatchObject({
      code: 'not_permitted',
    })
  })

  test('a parent folder closed to others sends the cluster elsewhere, and the data folder knows where', async () => {
    await using folder = postgresFolder({ mode: 0o700 })
    const said: string[] = []
    const first = await start({ dataDir: folder.dataDir, log: (line) => said.push(line) })
    await query(first.url('postgres'), 'create table kept (value text)')
    await first.stop()
    expect(folder.place()).not.toBe(folder.dataDir)
    expect(said.join('\n')).toContain(`the database lives in ${folder.place()}`)

    await using second = await start({ dataDir: folder.dataDir })
    expect(await query(second.url('postgres'), 'select * from kept')).toEqual([])
  })

  test('a strict umask closes nothing that PostgreSQL has to reach', async () => {
    await using folder = postgresFolder()
    const dataDir = join(folder.dataDir, 'deeper')
    const { status } = spawnSync('/bin/sh', ['-c', 'umask 077; exec "$0" "$1" "$2"', process.execPath, owner, dataDir])
    expect(status).toBe(0)
    expect(readdirSync(dataDir)).toContain('cluster')
    await removeCluster(dataDir)
  })

  test('a place that is gone is not replaced by an empty database', async () => {
    await using folder = postgresFolder({ mode: 0o700 })
    await (await start({ dataDir: folder.dataDir })).stop()
    rmSync(folder.place(), { recursive: true })
    await expect(start({ dataDir: folder.dataDir })).rejects.toMatchObject({ code: 'start_failed' })
  })
})

describe.runIf(isRoot)('as an ordinary user', () => {
  const uid = 65_534

  test('PostgreSQL runs as that user', async () => {
    await using folder = postgresFolder({ uid })
    const { owner, said } = await ownPostgres(folder.dataDir, { uid })
    expect(statSync(`/proc/${said.pid}`).uid).toBe(uid)
    await kill(owner)
  })

  test('the data of another user are refused', async () => {
    await using folder = postgresFolder({ copyOf: made })
    const { said } = await ownPostgres(folder.dataDir, { uid })
    expect(said).toMatchObject({ code: 'not_permitted' })
  })

  test('a folder that may not be written to is refused', async () => {
    await using folder = postgresFolder()
    const { said } = await ownPostgres(join(dirname(folder.dataDir), 'deeper', 'data'), { uid })
    expect(said).toMatchObject({ code: 'not_permitted' })
  })
})

/** Without waiting for the disk, which no test here takes away. */
function start(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  return startPostgres({ settings: { fsync: 'off' }, ...options })
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

async function listen(port: number): Promise<AsyncDisposable & { port: number }> {
  const server = createServer()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}
