import { type AssessComplaint, DomainError, type SymptomAnswer } from '@chartwire/db'
import { type Complaint, triageApart, TriageUnavailable } from '@chartwire/ml/triage'

/** Alerts to staff are not made of these answers: whoever reads one must not wait for somebody to come. */
const nobodyTold =
  'Nobody has been told of this answer: no clinician has seen it, and nobody is on the way because of it.'

/** The rules of packages/ml as the database's verb wants them: joined here, since the two do not know each other. */
export const assessByRules: AssessComplaint = async (complaint): Promise<SymptomAnswer> => {
  const answer = await triageApart(given(complaint)).catch((error: unknown) => {
    if (!(error instanceof TriageUnavailable)) throw error
    throw new DomainError('unavailable', 'Complaints cannot be assessed right now. In an emergency call for help.')
  })
  const [first = '', ...rest] = answer.advice
  return {
    engine: answer.engine,
    version: answer.version,
    level: answer.level,
    flags: answer.flags.map((flag) => ({ ...flag, evidence: [...flag.evidence] })),
    advice: [first, nobodyTold, ...rest],
    setAside: [...answer.setAside],
    notUnderstood: [...answer.notUnderstood],
  }
}

/** Without the fields that are left out, which are no `undefined` to the rules. */
function given({ text, ageYears, sex, subject, ...facts }: Parameters<AssessComplaint>[0]): Complaint {
  const { isPregnant, durationDays, severity, temperatureC } = facts
  return {
    text,
    ageYears,
    sex,
    subject,
    ...(isPregnant === undefined ? {} : { isPregnant }),
    ...(durationDays === undefined ? {} : { durationDays }),
    ...(severity === undefined ? {} : { severity }),
    ...(temperatureC === undefined ? {} : { temperatureC }),
  }
}
