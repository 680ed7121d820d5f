import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { SoundIcon } from '../appearance/icons.tsx'
import { useNow } from '../server-clock.ts'
import type { OpenAlarm } from './open-alarms.ts'
import { attentionOf, levelRank } from './severity.ts'

/** What is sounded: two priorities of alarm, and the lower one for a screen that has lost the ward. */
type Tone = 'high' | 'medium' | 'low'

// IEC 60601-1-8, table 3: bursts of ten (3-2, 3-2), three and two pulses; how long until the next burst.
const bursts: Record<Tone, { pulses: readonly number[]; pitch: number; repeatMs: number }> = {
  high: { pulses: [0, 0.2, 0.4, 0.75, 0.95, 1.65, 1.85, 2.05, 2.4, 2.6], pitch: 880, repeatMs: 10_000 },
  medium: { pulses: [0, 0.35, 0.7], pitch: 660, repeatMs: 20_000 },
  low: { pulses: [0, 0.4], pitch: 440, repeatMs: 30_000 },
}

let audio: AudioContext | null = null
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Sound is off until somebody at this screen turns it on: browsers want it so, and so do neighbours. */
function toggle(): void {
  const running = audio
  audio = running ? null : new AudioContext()
  void running?.close()
  if (audio) sound('medium')
  for (const listener of listeners) listener()
}

function sound(tone: Tone): void {
  if (!audio) return
  const { pulses, pitch } = bursts[tone]
  for (const start of pulses) {
    const at = audio.currentTime + 0.05 + start
    const gain = audio.createGain()
    gain.gain.setValueAtTime(0, at)
    gain.gain.linearRampToValueAtTime(0.3, at + 0.02)
    gain.gain.setValueAtTime(0.3, at + 0.12)
    gain.gain.linearRampToValueAtTime(0, at + 0.15)
    gain.connect(audio.destination)
    // Four harmonics, as the standard asks, so that it can be told where it comes from.
    for (const harmonic of [1, 2, 3, 4]) {
      const oscillator = audio.createOscillator()
      oscillator.frequency.value = (pitch / 2) * harmonic
      oscillator.connect(gain)
      oscillator.start(at)
      oscillator.stop(at + 0.16)
    }
  }
}

const useIsOn = () => useSyncExternalStore(subscribe, () => audio !== null)

export function SoundToggle() {
  const isOn = useIsOn()
  return (
    <button type="button" className="toggle" aria-pressed={isOn} onClick={toggle}>
      <SoundIcon /> Alarm sound
    </button>
  )
}

/** Sounds for the worst unanswered alarm, at once for a new one and again and again until it is answered. */
export function useAlarmSound(alarms: readonly OpenAlarm[], isLost: boolean): void {
  const isOn = useIsOn()
  const now = useNow(1000)
  const calling = alarms.filter((alarm) => attentionOf(alarm, now) === 'calling')
  const worst = Math.max(0, ...calling.map(({ level }) => levelRank[level]))
  const tone: Tone | null = worst >= levelRank.critical ? 'high' : worst > 0 ? 'medium' : isLost ? 'low' : null
  const known = useRef<ReadonlySet<string>>(new Set())
  const ids = new Set(calling.map(({ id }) => id))
  const hasNew = [...ids].some((id) => !known.current.has(id))
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    known.current = ids
    // A new one is sounded at once; one fewer is no reason to sound the others again.
    if (hasNew) setTurn((before) => before + 1)
  })

  useEffect(() => {
    if (!isOn || tone === null) return
    sound(tone)
    const timer = setInterval(() => sound(tone), bursts[tone].repeatMs)
    return () => clearInterval(timer)
  }, [isOn, tone, turn])
}
