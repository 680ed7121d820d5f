import { type DestinationStream, pino, type Logger, type LoggerOptions } from 'pino'
import type { Settings } from '../configuration/settings.ts'

/**
 * Structured logs that hold no patient data: a request is its method, route pattern, status, time and request id. URLs,
 * headers, bodies and texts of database errors are left out rather than masked; what might still slip in is redacted.
 */
export function createLogger(
  { LOG_LEVEL, LOG_FORMAT }: Pick<Settings, 'LOG_LEVEL' | 'LOG_FORMAT'>,
  destination?: DestinationStream,
): Logger {
  const isPretty = LOG_FORMAT === 'pretty' || (LOG_FORMAT === 'auto' && process.stdout.isTTY)
  const options: LoggerOptions = {
    level: LOG_LEVEL,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    redact: {
      paths: [
        'token',
        'password',
        'authorization',
        'cookie',
        '*.token',
        '*.password',
        '*.authorization',
        '*.cookie',
        'req',
        'res',
      ],
      remove: true,
    },
    serializers: { err: safeError, error: safeError },
    ...(isPretty
      ? {
          transport: { target: 'pino-pretty', options: { colorize: true, ignore: 'level', translateTime: 'HH:MM:ss' } },
        }
      : {}),
  }
  return destination ? pino(options, destination) : pino(options)
}

/** An error as the log may hold it: its kind, code and place, not its message, which may quote a value. */
export function safeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error }
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  return {
    name: error.name,
    ...('code' in error && (typeof error.code === 'string' || typeof error.code === 'number')
      ? { code: error.code }
      : {}),
    stack: frames.slice(0, 12).map((line) => line.trim()),
    ...(error.cause instanceof Error ? { cause: safeError(error.cause) } : {}),
  }
}
