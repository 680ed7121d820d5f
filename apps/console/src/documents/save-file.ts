export interface ReceivedFile {
  fileName: string
  contentType: string
  base64: string
}

/** Hands a file to the browser's downloads. It passes through memory alone: no address ever names it. */
export function saveFile({ fileName, contentType, base64 }: ReceivedFile): void {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  const href = URL.createObjectURL(new Blob([bytes], { type: contentType }))
  const link = Object.assign(document.createElement('a'), { href, download: fileName })
  link.click()
  // The browser takes hold of it when the click has been dealt with.
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
