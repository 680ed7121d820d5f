/** A stream that gives its place back when it ends, fails, is left, or its consumer is gone. Other answers pass. */
export function releasedAtEnd(
  answer: unknown,
  { release, signal }: { release: () => void; signal: AbortSignal | undefined },
): unknown {
  if (!isStream(answer) || signal?.aborted) {
    release()
    return answer
  }
  signal?.addEventListener('abort', release, { once: true })
  const end = () => {
    signal?.removeEventListener('abort', release)
    release()
  }
  const iterator = answer[Symbol.asyncIterator]()
  // No generator: one that is left before its first step would never run its end.
  const held: AsyncIterableIterator<unknown> = {
    [Symbol.asyncIterator]: () => held,
    next: async () => {
      try {
        const step = await iterator.next()
        if (step.done) end()
        return step
      } catch (error) {
        end()
        throw error
      }
    },
    return: async (value: unknown) => {
      end()
      return (await iterator.return?.(value)) ?? { done: true, value }
    },
  }
  return held
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer
}
