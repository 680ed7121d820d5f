/** Behind the ID3v2 blocks that taggers put at a file's start, which is 0 where there are none. */
export function id3End(bytes: Uint8Array): number {
  let at = 0
  while (String.fromCharCode(...bytes.subarray(at, at + 3)) === 'ID3') {
    at += 10 + bytes.subarray(at + 6, at + 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0)
  }
  return at
}
