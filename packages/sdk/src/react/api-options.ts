import type {
  DataTag,
  InfiniteData,
  UseInfiniteQueryOptions,
  UseMutationOptions,
  UseQueryOptions,
} from '@tanstack/react-query'
import type { Api } from '../router.ts'

/** Path and input of a query; the path alone, or part of it, fits every key below it. */
export type ApiQueryKey = readonly unknown[]

interface Page {
  items: unknown[]
  next: string | null
}

interface QueryBuilders<Input, Output> {
  /** The key of this query, of all its inputs when none is given: for `invalidateQueries`. */
  queryKey: (input?: Input) => DataTag<ApiQueryKey, Output>
  /** For `useQuery`, `useSuspenseQuery`, `prefetchQuery`. */
  queryOptions: <Data = Output>(
    input: Input,
    options?: Omit<UseQueryOptions<Output, Error, Data>, 'queryKey' | 'queryFn'>,
  ) => Omit<UseQueryOptions<Output, Error, Data>, 'queryKey' | 'queryFn'> & {
    queryKey: DataTag<ApiQueryKey, Output>
    queryFn: (context: { signal: AbortSignal }) => Promise<Output>
  }
}

interface PageBuilders<Input, Output> {
  /** For `useInfiniteQuery`: page after page by key. */
  infiniteQueryOptions: (
    input: Omit<Input, 'after'>,
  ) => UseInfiniteQueryOptions<Output, Error, InfiniteData<Output, string | undefined>, ApiQueryKey, string | undefined>
}

interface MutationBuilders<Input, Output> {
  /** For `useMutation`. */
  mutationOptions: <OnMutateResult = unknown>(
    options?: Omit<UseMutationOptions<Output, Error, Input, OnMutateResult>, 'mutationFn'>,
  ) => UseMutationOptions<Output, Error, Input, OnMutateResult>
}

type Builders<Node> = Node extends { query: (input: infer Input, ...rest: never) => Promise<infer Output> }
  ? QueryBuilders<Input, Output> & (Output extends Page ? PageBuilders<Input, Output> : unknown)
  : Node extends { mutate: (input: infer Input, ...rest: never) => Promise<infer Output> }
    ? MutationBuilders<Input, Output>
    : Node extends { subscribe: unknown }
      ? never
      : { [Key in keyof Node & string]: Builders<Node[Key]> }

/** Every query and mutation of the server as options for TanStack Query. */
export type ApiOptions = Builders<Api>
