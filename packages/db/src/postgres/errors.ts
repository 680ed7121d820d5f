/**
 * Why the embedded PostgreSQL could not be had.
 *
 * - `platform_unsupported`: no binaries for this operating system and processor; set DATABASE_URL instead.
 * - `port_taken`: the port that was asked for belongs to another program.
 * - `data_folder_in_use`: a server that is not ours holds the data folder.
 * - `data_folder_version`: the data folder was made by another major version of PostgreSQL.
 * - `init_failed`: the new data folder could not be made.
 * - `start_failed`: the server ended before it was ready; the message carries the end of its log.
 * - `not_permitted`: the operating system's permissions stand in the way.
 */
export type PostgresErrorCode =
  | 'platform_unsupported'
  | 'port_taken'
  | 'data_folder_in_use'
  | 'data_folder_version'
  | 'init_failed'
  | 'start_failed'
  | 'not_permitted'

/** An error of the embedded PostgreSQL; the message is written for the person who runs Chartwire. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError'
  readonly code: PostgresErrorCode

  constructor(code: PostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** True for an error of the operating system with this code, such as `ENOENT`. */
export function isSystemError(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
