import { useSyncExternalStore } from 'react'

/** `system` follows the screen's own setting. Chosen for this visit; nothing is remembered on a shared computer. */
const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

let theme: Theme = 'system'
const listeners = new Set<() => void>()
const prefersDark = matchMedia('(prefers-color-scheme: dark)')

function changed(): void {
  for (const listener of listeners) listener()
}
prefersDark.addEventListener('change', changed)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function setTheme(next: Theme): void {
  theme = next
  if (next === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
  changed()
}

/** What is shown now, whoever chose it: canvases are drawn anew when it changes. */
export function useShade(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, () => (theme === 'system' ? (prefersDark.matches ? 'dark' : 'light') : theme))
}

const labels: Record<Theme, string> = { system: 'As this screen', light: 'Light', dark: 'Dark' }

export function ThemeChoice() {
  const current = useSyncExternalStore(subscribe, () => theme)
  return (
    <label className="field-inline">
      <span>Colours</span>
      <select
        value={current}
        onChange={(event) => setTheme(themes.find((each) => each === event.target.value) ?? 'system')}
      >
        {themes.map((each) => (
          <option key={each} value={each}>
            {labels[each]}
          </option>
        ))}
      </select>
    </label>
  )
}
