import { platform } from '../platform.ts'

/** A hidden page gets no frames, and its alarms must be heard all the same. */
const longestWaitMs = 100

/** Calls back with the next frame, or soon where there are none; gives back how to call it off. */
export function onNextFrame(callback: () => void): () => void {
  let isOver = false
  const once = () => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    callback()
  }
  const timer = setTimeout(once, longestWaitMs)
  platform.requestAnimationFrame?.(once)
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
