export { appRouter, type AppRouter } from './app-router.ts'
export {
  type AdmittedCall,
  type ApiContext,
  createApiContext,
  idempotencyKeyForm,
  type Release,
  type RequestFacts,
} from './kernel/context.ts'
export { errorAnswer } from './kernel/error-answer.ts'
export { type ApiErrorData, describeError, toTrpcError } from './kernel/errors.ts'
export type { File } from './kernel/file.ts'
export { createCallerFactory, keepsAnswers, type ProcedureMeta } from './kernel/trpc.ts'
