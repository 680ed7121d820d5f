export type { Auth, Credentials, PasskeyAnswer } from './auth/auth.ts'
export { type PasskeyRequest, type SecondFactorProof, SecondFactorRequired } from './auth/second-factor.ts'
export { cookieSession, memorySession, type Session, type SessionStore } from './auth/session.ts'
export { webStorageSession, type StorageLike } from './auth/web-storage-session.ts'
export { type Client, type ClientOptions, createClient, type Purpose } from './create-client.ts'
export { type ApiError, type ApiErrorCode, type ApiErrorData, isApiError, isConnectionError } from './errors.ts'
export type { RetryPolicy } from './links/back-off.ts'
export type { FetchInit, FetchLike, FetchResponse } from './links/fetch.ts'
export type { PagedQuery } from './list.ts'
export type { LiveStream, StreamStatus } from './live/live-stream.ts'
export type { WebSocketLike } from './live/socket.ts'
export type { Watch, WatchOptions } from './live/watch.ts'
export type {
  Alarm,
  AlarmEvent,
  AlarmsBeat,
  Api,
  AppRouter,
  Inputs,
  Me,
  Outputs,
  Patient,
  PatientBeat,
  Reading,
  Tile,
  WardBeat,
} from './router.ts'
