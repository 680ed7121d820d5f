import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'

export interface Wire extends AsyncDisposable {
  /** The database behind the wire. */
  readonly url: string
  /** The network goes away without a word: nothing is carried, nobody hangs up. */
  cut: () => void
  /** It comes back for new connections; those of before stay dead, as behind a firewall that forgot them. */
  mend: () => void
}

/** A network between a program and its database. */
export async function wireTo(url: string): Promise<Wire> {
  const database = new URL(url)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    const far = connect(Number(database.port), database.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    if (isCut) near.pause()
    else near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The wire has no port.')
  const behind = new URL(url)
  behind.hostname = '127.0.0.1'
  behind.port = String(address.port)
  return {
    url: behind.href,
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    mend: () => {
      isCut = false
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
