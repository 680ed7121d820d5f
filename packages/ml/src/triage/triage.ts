import { COMMON_WORDS } from '../entities/common-words.ts'
import { redFlagsOf } from '../safety/red-flags.ts'
import { adviceFor } from './advice.ts'
import { durationsIn, temperatureIn } from './facts.ts'
import { type Facts, flagOf } from './hold.ts'
import { type Mention, readComplaint, type ReadSentence } from './mentions.ts'
import { withoutSubject } from './subject.ts'
import { triageRules } from './tables.ts'
import {
  type Complaint,
  type SetAside,
  type Stretch,
  type Triage,
  type TriageFlag,
  TRIAGE_LEVELS,
  type TriageLevel,
} from './types.ts'

/** Of the rules and of how they are read; an answer that is kept names it. */
export const TRIAGE_VERSION = '2026-11.2'

/** Without an age an adult is assumed. */
const ADULT = 40
const FEVER_FROM = 38

/**
 * Says how urgent a complaint in a patient's own words is, by rules that are data. Denied symptoms, those of others and of
 * long ago do not count; what is doubtful does. What is the patient's and no rule knows is to be seen soon. Nothing is
 * drawn by chance. Time is linear in the text's length; the first call reads the vocabularies, which takes seconds.
 */
export function triage(complaint: Complaint): Triage {
  const { text, ageYears, subject = 'self' } = complaint
  const sentences = readComplaint(withoutSubject(text, subject, ageYears)).map((one) => asWritten(one, text))
  const mentions = sentences.flatMap((sentence) => sentence.mentions)
  const standing = withFever(
    mentions.filter((mention) => mention.standing === 'stands'),
    complaint,
    sentences,
  )
  const facts = factsOf(complaint, sentences, standing)
  const rules = triageRules()
  const byRule = rules.flatMap((rule) => flagOf(rule, standing, facts) ?? [])
  const flags = [...byRule, ...fromVocabularies(standing, byRule, text, facts)].toSorted(
    (a, b) => rank(a.level) - rank(b.level) || (a.evidence[0]?.start ?? 0) - (b.evidence[0]?.start ?? 0),
  )
  const notUnderstood = sentences.filter(isOpaque).map(({ sentence: { start, end } }) => stretch(text, start, end))
  const level = levelOf(flags, notUnderstood.length > 0)
  const ruleAdvice = new Map(rules.map(({ id, advice }) => [`triage/${id}`, advice]))
  return {
    engine: 'rules',
    version: TRIAGE_VERSION,
    level,
    flags,
    advice: adviceFor(level, flags, ruleAdvice),
    setAside: setAsideOf(mentions),
    notUnderstood,
  }
}

/** Mentions speak of the text as it was written, not of the one without the subject's words. */
function asWritten(sentence: ReadSentence, text: string): ReadSentence {
  const mentions = sentence.mentions.map((one) => ({ ...one, text: text.slice(one.start, one.end) }))
  return { ...sentence, mentions }
}

/** A temperature of 38 °C is a fever, whether it is called one or not. */
function withFever(
  standing: readonly Mention[],
  { text, temperatureC }: Complaint,
  sentences: readonly ReadSentence[],
): readonly Mention[] {
  const temperature = Math.max(temperatureC ?? 0, temperatureIn(text, sentences) ?? 0)
  if (temperature < FEVER_FROM || standing.some(({ finding }) => finding === 'fever')) return standing
  return [...standing, { finding: 'fever', entity: null, text: '', start: 0, end: 0, standing: 'stands' }]
}

function factsOf(complaint: Complaint, sentences: readonly ReadSentence[], standing: readonly Mention[]): Facts {
  const { ageYears = ADULT, durationDays = 0, temperatureC, severity, isPregnant, text } = complaint
  const lasting = durationsIn(sentences)
  const said = temperatureIn(text, sentences)
  const readings = [temperatureC, said].filter((one) => one !== undefined)
  return {
    age: ageYears,
    daysOf: (mention) => Math.max(durationDays, (mention && lasting.get(mention)) ?? 0),
    temp: readings.length > 0 ? Math.max(...readings) : undefined,
    severity,
    isPregnant: isPregnant === true || standing.some(({ finding }) => finding === 'pregnant'),
  }
}

/** Red flags of the clinical vocabularies, and what no rule knows. Where a triage rule speaks of the same words, it does. */
function fromVocabularies(
  standing: readonly Mention[],
  byRule: readonly TriageFlag[],
  text: string,
  { age, isPregnant }: Facts,
): TriageFlag[] {
  return standing.flatMap(({ entity, start, end }): TriageFlag[] => {
    if (entity === null) return []
    const evidence = [stretch(text, start, end)]
    const red = redFlagsOf(entity, text, { ageYears: age, isPregnant }).map(
      ({ urgency: level, rule, reason, source }): TriageFlag => ({ level, rule, reason, source, evidence }),
    )
    const known = byRule.filter((flag) => flag.evidence.some((one) => one.start < end && one.end > start))
    const graver = red.filter((flag) => !known.some((one) => rank(one.level) <= rank(flag.level)))
    if (graver.length > 0 || known.length > 0 || red.length > 0) return graver
    const reason = 'a complaint that no rule knows more about'
    return [
      { level: 'soon', rule: 'triage/unlisted', reason, source: 'own: what is not known is to be seen', evidence },
    ]
  })
}

function levelOf(flags: readonly TriageFlag[], isPartlyOpaque: boolean): TriageLevel {
  const gravest = flags[0]?.level ?? 'unclear'
  // At home only what was understood as a whole.
  return gravest === 'self-care' && isPartlyOpaque ? 'unclear' : gravest
}

function setAsideOf(mentions: readonly Mention[]): SetAside[] {
  return mentions.flatMap(({ text, start, end, standing }, i): SetAside[] => {
    const isTold = mentions.findIndex((one) => one.start < end && one.end > start && one.standing === standing) < i
    return standing === 'stands' || isTold ? [] : [{ text, start, end, why: standing }]
  })
}

/** What a complaint is wrapped in. */
const COURTESY = new Set(
  'hello dear doctor please help thanks thank you hey good morning evening advice advise'.split(' '),
)

/** Nothing was recognised in it, and it says something. */
function isOpaque({ sentence, mentions }: ReadSentence): boolean {
  const says = sentence.tokens.some(
    ({ kind, key }) => kind === 'word' && key.length > 2 && !COMMON_WORDS.has(key) && !COURTESY.has(key),
  )
  return mentions.length === 0 && says
}

function stretch(text: string, start: number, end: number): Stretch {
  return { text: text.slice(start, end), start, end }
}

function rank(level: TriageLevel): number {
  return TRIAGE_LEVELS.indexOf(level)
}
