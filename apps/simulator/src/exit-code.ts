/** What a command's exit code says; `--help` prints the same. */
export const EXIT = {
  /** Done; also when stopped by Ctrl-C with everything acknowledged. */
  ok: 0,
  /** A service level was missed, readings were never acknowledged, or watchers lost some. */
  missed: 1,
  /** An option makes no sense. */
  usage: 2,
  /** The server cannot be reached or refuses the login. */
  server: 3,
} as const

export const EXIT_HELP = `
Exit codes: 0 done (also after Ctrl-C), 1 a service level was missed, readings were lost or never acknowledged,
2 an option or a file makes no sense, 3 the server cannot be reached or refuses the login.`

/** A command line or a file that makes no sense; the message names the option or the file. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
