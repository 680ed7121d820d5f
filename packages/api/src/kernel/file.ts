import { z } from 'zod'

/**
 * A file as an answer. JSON carries it in base64; REST sends the bytes themselves, since its procedure says `isFile`.
 * The name is ours and holds nothing of a patient: it ends up in folders, histories and logs.
 */
export const file = z.object({
  fileName: z.string(),
  contentType: z.string(),
  base64: z.string().describe('The bytes, RFC 4648.'),
})
export type File = z.output<typeof file>

export function fileOf({ bytes, ...named }: { fileName: string; contentType: string; bytes: Uint8Array }): File {
  return { ...named, base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') }
}
