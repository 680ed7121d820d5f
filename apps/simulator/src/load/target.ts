import { UsageError } from '../exit-code.ts'

/** One HTTP request, sent over and over. */
export interface LoadTarget {
  /** What the report calls it. */
  name: string
  origin: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  headers: Record<string, string>
  body: string | null
}

export interface TargetOptions {
  url: string
  token: string | undefined
  /** tRPC path, as `patients.list`. */
  procedure?: string | undefined
  /** True for a procedure that changes something. */
  mutation?: boolean | undefined
  /** REST path, as `/api/patients`. */
  path?: string | undefined
  method?: LoadTarget['method'] | undefined
  /** Procedure's input, or body of a REST call. */
  input?: unknown
}

/** @throws UsageError when it is neither a procedure nor a path, or both. */
export function buildTarget(options: TargetOptions): LoadTarget {
  const { procedure, path, input } = options
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`
  const body = input === undefined ? null : JSON.stringify(input)
  const origin = new URL(options.url).origin
  if (procedure !== undefined && path === undefined) {
    if (!/^[\w-]+(\.[\w-]+)*$/.test(procedure))
      throw new UsageError(`--procedure "${procedure}" is no procedure's name`)
    if (options.mutation === true) {
      return {
        name: procedure,
        origin,
        method: 'POST',
        path: `/trpc/${procedure}`,
        headers: asJson(headers),
        body: body ?? '{}',
      }
    }
    const query = body === null ? '' : `?input=${encodeURIComponent(body)}`
    return { name: procedure, origin, method: 'GET', path: `/trpc/${procedure}${query}`, headers, body: null }
  }
  if (path !== undefined && procedure === undefined) {
    const method = options.method ?? (body === null ? 'GET' : 'POST')
    if (!path.startsWith('/') || !URL.canParse(path, origin))
      throw new UsageError('--path must begin with / as /api/patients')
    if (method === 'GET' && body !== null)
      throw new UsageError('--input cannot go with --method GET: put it into --path')
    return { name: `${method} ${path}`, origin, method, path, headers: body === null ? headers : asJson(headers), body }
  }
  throw new UsageError('load needs either --procedure or --path')
}

function asJson(headers: Record<string, string>): Record<string, string> {
  return { ...headers, 'content-type': 'application/json' }
}
