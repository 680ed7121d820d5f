import type { TRPCUntypedClient } from '@trpc/client'
import { getUntypedClient } from '@trpc/client'
import type { Api, AppRouter } from '../router.ts'
import type { ApiOptions } from './api-options.ts'
import { useClient } from './provider.ts'

/**
 * The server's procedures as options for TanStack Query's own hooks:
 *
 *     const api = useApi()
 *     const patient = useQuery(api.patients.get.queryOptions({ patientId }))
 *     const acknowledge = useMutation(api.alarms.acknowledge.mutationOptions())
 */
export function useApi(): ApiOptions {
  return apiOptions(useClient().api)
}

const known = new WeakMap<Api, ApiOptions>()

/** The same outside of components, for loaders and tests. */
export function apiOptions(api: Api): ApiOptions {
  const options = known.get(api) ?? (builderAt(getUntypedClient<AppRouter>(api), []) as ApiOptions)
  known.set(api, options)
  return options
}

/** Each property goes one step deeper; the call's last step names what to build for the procedure before it. */
function builderAt(client: TRPCUntypedClient<AppRouter>, path: readonly string[]): unknown {
  return new Proxy(() => undefined, {
    get: (_, key) => (typeof key === 'string' ? builderAt(client, [...path, key]) : undefined),
    apply: (_, __, given: unknown[]) => build(client, path, given),
  })
}

function build(client: TRPCUntypedClient<AppRouter>, path: readonly string[], [first, second]: unknown[]): unknown {
  const steps = path.slice(0, -1)
  const procedure = steps.join('.')
  switch (path.at(-1) ?? '') {
    case 'queryKey':
      return first === undefined ? steps : [...steps, first]
    case 'queryOptions':
      return {
        ...(second as object | undefined),
        queryKey: first === undefined ? steps : [...steps, first],
        queryFn: ({ signal }: { signal: AbortSignal }) => client.query(procedure, first, { signal }),
      }
    case 'infiniteQueryOptions':
      return {
        queryKey: [...steps, first, 'pages'],
        queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | undefined }) =>
          client.query(
            procedure,
            { ...(first as object), ...(pageParam === undefined ? {} : { after: pageParam }) },
            { signal },
          ),
        initialPageParam: undefined,
        getNextPageParam: (page: { next: string | null }) => page.next ?? undefined,
      }
    case 'mutationOptions':
      return { ...(first as object | undefined), mutationFn: (input: unknown) => client.mutation(procedure, input) }
    default:
      throw new Error(`${path.join('.')} is no option builder of a procedure.`)
  }
}
