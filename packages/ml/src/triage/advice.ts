import type { Triage, TriageFlag, TriageLevel } from './types.ts'

const LINES: Readonly<Record<TriageLevel, readonly string[]>> = {
  emergency: [
    'Call your local emergency number now, or have somebody take you to the nearest emergency department.',
    'Do not wait for an answer to this message.',
  ],
  urgent: [
    'Be seen by a clinician today: call your doctor or an urgent care line now.',
    'If it gets worse, call your local emergency number.',
  ],
  soon: [
    'Make an appointment with a clinician within the next days.',
    'Go sooner if it gets worse or something new comes up; in an emergency call your local emergency number.',
  ],
  'self-care': [
    'This can usually be looked after at home. It is no all-clear.',
    'See a clinician if it gets worse, lasts longer than you expect, or worries you.',
  ],
  unclear: [
    'This was not understood well enough to say how urgent it is. That does not mean that it is harmless.',
    'Ask a clinician. If it feels like an emergency, call your local emergency number now.',
  ],
}

const MOST_OF_RULES = 3

/** What to do, the most pressing first; of the rules that decided, what they advise besides. */
export function adviceFor(
  level: TriageLevel,
  flags: readonly TriageFlag[],
  ruleAdvice: ReadonlyMap<string, string>,
): Triage['advice'] {
  const [first = '', ...rest] = LINES[level]
  const own = flags
    .filter((flag) => flag.level === level)
    .flatMap((flag) => ruleAdvice.get(flag.rule) ?? [])
    .filter((line, i, all) => line !== '' && all.indexOf(line) === i)
    .slice(0, MOST_OF_RULES)
  return [first, ...own, ...rest, 'Rules made this answer from your words. It is not a diagnosis.']
}
