import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A line between client and server that the test can cut, or let fall silent without a word. */
export interface BadLine extends AsyncDisposable {
  url: string
  /** Ends every connection at once, as a restarted proxy does. */
  cut: () => void
  /** Carries nothing more on the connections there are, without closing them, as a lost network does. */
  silence: () => void
  /** How many connections were made. */
  connections: () => number
}

export async function badLine(serverUrl: string): Promise<BadLine> {
  const { hostname, port } = new URL(serverUrl)
  const pairs = new Set<{ near: Socket; far: Socket }>()
  let connections = 0
  const listener = createServer((near) => {
    connections += 1
    const far = connect(Number(port), hostname)
    const pair = { near, far }
    pairs.add(pair)
    const end = () => {
      near.destroy()
      far.destroy()
      pairs.delete(pair)
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
    near.pipe(far).pipe(near)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('The line has no port.')
  const cut = () => {
    for (const { near } of pairs) near.destroy()
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    silence: () => {
      for (const { near, far } of pairs) {
        near.unpipe(far)
        far.unpipe(near)
      }
    },
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      cut()
      listener.close()
      await once(listener, 'close')
    },
  }
}
