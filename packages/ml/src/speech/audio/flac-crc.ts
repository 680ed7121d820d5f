/** High bit first, begun with zero (RFC 9639, sections 9.1.8 and 9.3). */
function table(width: number, polynomial: number): Uint16Array {
  const top = 1 << (width - 1)
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (width - 8)
    for (let bit = 0; bit < 8; bit++) crc = crc & top ? (crc << 1) ^ polynomial : crc << 1
    return crc & (2 * top - 1)
  })
}

const CRC_8 = table(8, 0x07)
const CRC_16 = table(16, 0x80_05)

/** Of a frame's head. */
export function crc8(bytes: Uint8Array): number {
  return bytes.reduce((crc, byte) => CRC_8[crc ^ byte] ?? 0, 0)
}

/** Of a whole frame. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (let i = 0; i < bytes.length; i++) crc = ((crc << 8) & 0xff_ff) ^ (CRC_16[(crc >> 8) ^ (bytes[i] ?? 0)] ?? 0)
  return crc
}
