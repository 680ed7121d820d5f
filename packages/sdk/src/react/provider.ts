import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import {
  createContext,
  createElement,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Session } from '../auth/session.ts'
import type { Client } from '../create-client.ts'
import { LiveStores } from './live-stores.ts'

interface Shared {
  client: Client
  stores: LiveStores
}

const ChartwireContext = createContext<Shared | null>(null)

export interface ChartwireProviderProps {
  client: Client
  /** One of your own, perhaps with other defaults; see `createQueryClient`. */
  queryClient?: QueryClient
  children?: ReactNode
}

/** The SDK tries again by itself, so that TanStack Query need not. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false } },
  })
}

/** Gives the components below it the client and a query cache, which forgets all when somebody else signs in. */
export function ChartwireProvider({ client, queryClient, children }: ChartwireProviderProps): ReactNode {
  const [ownQueryClient] = useState(createQueryClient)
  const queries = queryClient ?? ownQueryClient
  useSessionOf(client)
  const { login } = client.auth
  // Another login, or another capacity, sees other things: nothing that was loaded before is shown to it.
  const shared = useMemo(() => ({ client, stores: new LiveStores(client), login }), [client, login])
  useEffect(() => {
    let known = client.auth.login
    return client.auth.onChange(() => {
      const { login: next } = client.auth
      if (next === known) return
      known = next
      queries.getMutationCache().clear()
      void queries.resetQueries()
    })
  }, [client, queries])
  return createElement(
    ChartwireContext,
    { value: shared },
    createElement(QueryClientProvider, { client: queries }, children),
  )
}

function useSessionOf({ auth }: Client): Session | null {
  const subscribe = useCallback((listener: () => void) => auth.onChange(listener), [auth])
  const current = () => auth.session
  return useSyncExternalStore(subscribe, current, current)
}

export function useShared(): Shared {
  const shared = use(ChartwireContext)
  if (!shared) throw new Error('There is no ChartwireProvider above this component.')
  return shared
}

/** The client given to the provider. */
export function useClient(): Client {
  return useShared().client
}

/** Who is signed in; null for nobody. */
export function useSession(): Session | null {
  return useSessionOf(useClient())
}
