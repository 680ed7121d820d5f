/** What browsers have and other runtimes may lack; the rest of what the SDK uses is everywhere. */
interface Platform {
  location?: { href: string }
  document?: { visibilityState: string }
  requestAnimationFrame?: (callback: () => void) => number
  addEventListener?: (type: string, listener: (event: { key?: string | null }) => void) => void
  removeEventListener?: (type: string, listener: (event: { key?: string | null }) => void) => void
}

export const platform = globalThis as unknown as Platform
