import { type Bedside, BedsideError } from '../bedside.ts'
import type { Connection } from './connection.ts'

/**
 * Opens the port to a server.
 * @throws BedsideError `NO_ADAPTER`: this checkout has no typed client yet; `load` needs none and works.
 */
export function connectBedside(connection: Connection): Promise<Bedside> {
  return Promise.reject(
    new BedsideError(`there is no client for ${connection.url} in this checkout yet`, {
      code: 'NO_ADAPTER',
      retryable: false,
    }),
  )
}
