import { pageChecksum } from '../src/speech/audio/ogg-pages.ts'

export interface TestPage {
  readonly packets: readonly (string | Uint8Array)[]
  /** 2: the first of its stream, 4: the last. */
  readonly flags?: number
  readonly serial?: number
}

/** An Ogg file; what does not fit a page of so many pieces goes on in the next. */
export function oggFile(pages: readonly TestPage[], piecesPerPage = 255): Buffer {
  return Buffer.concat(pages.flatMap((page) => toPages(page, piecesPerPage)))
}

function toPages({ packets, flags = 0, serial = 1 }: TestPage, most: number): Buffer[] {
  const pieces = packets.flatMap((packet) => split(Buffer.from(packet)))
  const pages: Buffer[] = []
  for (let i = 0; i < pieces.length; i += most) {
    const isContinued = i > 0 && pieces[i - 1]?.length === 255
    const own = (i === 0 ? flags & 2 : 0) | (i + most >= pieces.length ? flags & 4 : 0) | (isContinued ? 1 : 0)
    pages.push(toPage(pieces.slice(i, i + most), own, serial))
  }
  return pages
}

function split(packet: Buffer): Buffer[] {
  const count = Math.floor(packet.length / 255) + 1
  return Array.from({ length: count }, (_, i) => packet.subarray(i * 255, (i + 1) * 255))
}

function toPage(pieces: readonly Buffer[], flags: number, serial: number): Buffer {
  const head = Buffer.alloc(27)
  head.write('OggS')
  head.writeUInt8(flags, 5)
  head.writeUInt32LE(serial, 14)
  head.writeUInt8(pieces.length, 26)
  return sealed(Buffer.concat([head, Buffer.from(pieces.map((piece) => piece.length)), ...pieces]))
}

/** The same bytes, with checksums that hold as far as pages follow each other: so that changes get past them. */
export function sealed(bytes: Uint8Array): Buffer {
  const file = Buffer.from(bytes)
  for (let at = 0; at + 27 <= file.length && file.toString('latin1', at, at + 4) === 'OggS';) {
    const start = at + 27 + file.readUInt8(at + 26)
    const end = file.subarray(at + 27, start).reduce((sum, length) => sum + length, start)
    if (end > file.length) break
    file.writeUInt32LE(pageChecksum(file.subarray(at, end)), at + 22)
    at = end
  }
  return file
}
