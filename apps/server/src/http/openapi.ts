import { appRouter, errorAnswer, idempotencyKeyForm } from '@chartwire/api'
import { purposes } from '@chartwire/db'
import { generateOpenApiDocument } from 'trpc-to-openapi'
import { z } from 'zod'
import { type RestProcedure, restProcedures } from './rest-procedures.ts'

type Document = ReturnType<typeof generateOpenApiDocument>
type Components = NonNullable<Document['components']>

const headers = {
  ActingAs: {
    name: 'X-Acting-As',
    in: 'header',
    description: 'Which of one’s capacities acts: `actingAs` of one that `/me` lists. Needed by who has several.',
    schema: { type: 'string' },
  },
  Purpose: {
    name: 'X-Purpose',
    in: 'header',
    description: 'What the request is for; patients’ directives are held against it. `own` for patients.',
    schema: { type: 'string', enum: [...purposes], default: 'treatment' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'A repetition with the same key and input within 24 hours is answered as the first, and done once.',
    schema: { type: 'string', pattern: idempotencyKeyForm.source },
  },
} satisfies Components['parameters']

/** OpenAPI 3.1 of the REST surface. */
export function openApiDocument({ version, url }: { version: string; url: string }): Document {
  const document = generateOpenApiDocument(appRouter, {
    title: 'Chartwire',
    description:
      'One healthcare backend. Sign in at `/api/sessions` and send the token as `Authorization: Bearer`. A login with several capacities names one in `X-Acting-As`. `X-Purpose` says what a request is for. Mutations take an `Idempotency-Key`.',
    version,
    openApiVersion: '3.1.0',
    baseUrl: `${url}/api`,
  })
  const error = z.toJSONSchema(errorAnswer) as NonNullable<Components['schemas']>[string]
  // The generator's own, of errors as it would answer them.
  const { schemas, ...components } = document.components ?? {}
  const ours = Object.entries(schemas ?? {}).filter(([name]) => !name.startsWith('error.'))
  document.components = { ...components, schemas: { ...Object.fromEntries(ours), Error: error }, parameters: headers }
  for (const procedure of restProcedures()) describe(document, procedure)
  return document
}

/** What the generator cannot know of a procedure: our headers, files, and how an error is answered. */
function describe(document: Document, { openapi, isFile, isIdempotent }: RestProcedure): void {
  const method = openapi.method.toLowerCase() as Lowercase<typeof openapi.method>
  const operation = document.paths?.[openapi.path]?.[method]
  const answer = operation?.responses?.['200']
  if (operation === undefined || answer === undefined)
    throw new Error(`${openapi.path} has no place in the description.`)
  const taken: (keyof typeof headers)[] = [
    ...(openapi.protect === false ? [] : (['ActingAs', 'Purpose'] as const)),
    ...(isIdempotent ? (['IdempotencyKey'] as const) : []),
  ]
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...taken.map((name) => ({ $ref: `#/components/parameters/${name}` as const })),
  ]
  operation.responses = {
    '200': isFile ? { description: 'The file', content: { 'application/pdf': {} } } : answer,
    default: {
      description: 'What went wrong; the status is that of `httpStatus`',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    },
  }
}
