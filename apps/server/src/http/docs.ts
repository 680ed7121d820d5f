import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { openApiDocument } from './openapi.ts'

const require = createRequire(import.meta.url)

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chartwire API reference</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference', deepLinking: true, persistAuthorization: false, tryItOutEnabled: true })
`

/** `/openapi.json`, and a reference page at `/docs` that needs nothing from outside. */
export async function registerDocs(
  app: FastifyInstance,
  { version, url }: { version: string; url: () => string },
): Promise<void> {
  let document: string | undefined
  app.get('/openapi.json', async (_, reply) => {
    document ??= JSON.stringify(openApiDocument({ version, url: url() }))
    return reply.type('application/json').send(document)
  })
  app.get('/docs', async (_, reply) => reply.type('text/html').send(page))
  app.get('/redoc', async (_, reply) => reply.redirect('/docs'))
  app.get('/docs/start.js', async (_, reply) => reply.type('text/javascript').send(start))
  await app.register(fastifyStatic, {
    root: dirname(require.resolve('swagger-ui-dist/package.json')),
    prefix: '/docs/assets/',
    decorateReply: false,
    allowedPath: (path) => path === '/swagger-ui.css' || path === '/swagger-ui-bundle.js',
    maxAge: '1d',
  })
}
