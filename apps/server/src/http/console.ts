import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { projectRoot } from '../configuration/environment.ts'
import { answerError, nothingHere } from './transport-errors.ts'

export const consoleFiles = join(projectRoot, 'apps/console/dist')

/** The web console at `/`. Files with a hash in their name never change; the page itself is asked for every time. */
export async function registerConsole(app: FastifyInstance): Promise<void> {
  const isBuilt = existsSync(join(consoleFiles, 'index.html'))
  // The console's own addresses (a ward, a patient) are all the one page.
  const ownedByServer = /^\/(api|trpc|docs|openapi\.json|health|ready|metrics|assets)\b/
  // Fastify's own answer, and its log line, would quote the URL.
  app.setNotFoundHandler((request, reply) => {
    const isPage = isBuilt && request.method === 'GET' && request.headers.accept?.includes('text/html')
    if (isPage && !ownedByServer.test(request.url)) reply.sendFile('index.html', { cacheControl: false })
    else answerError(nothingHere(), request, reply)
  })
  if (!isBuilt) {
    app.get('/', async (_, reply) =>
      reply.type('text/plain').send('Chartwire is running. The console is not built; the API reference is at /docs.\n'),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: consoleFiles,
    prefix: '/',
    wildcard: false,
    setHeaders: (response, path) => {
      const isHashed = path.includes('/assets/')
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
