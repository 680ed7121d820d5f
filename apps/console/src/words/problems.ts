/** What went wrong and what to do about it, for the person at the screen. */
export interface Problem {
  title: string
  next: string
}

const problems: Record<string, Problem> = {
  unauthenticated: { title: 'You are signed out.', next: 'Sign in again to go on.' },
  credentials_wrong: {
    title: 'The e-mail address or the password is not right.',
    next: 'Check both and try again. After several wrong tries the account is locked for a while.',
  },
  locked_out: {
    title: 'This account is locked after too many wrong passwords.',
    next: 'Wait a few minutes, then try again, or ask your administrator.',
  },
  too_many: { title: 'Too many requests from this screen.', next: 'Wait a moment, then try again.' },
  forbidden: { title: 'Your role does not allow this.', next: 'Ask the nurse in charge or your administrator.' },
  acting_as_required: { title: 'It is not clear in which role you work.', next: 'Choose your role again.' },
  ticket_invalid: { title: 'This sign-in took too long, or too many tries.', next: 'Go back and begin again.' },
  mfa_required: {
    title: 'Your hospital requires a second factor, and your account has none.',
    next: 'Sign in anew to set one up.',
  },
  step_up_required: { title: 'You have to prove again that it is you.', next: 'Sign in again, then try once more.' },
  not_found: {
    title: 'This is not here, or not yours to see.',
    next: 'Ask the nurse in charge whether you are on the care team.',
  },
  password_weak: {
    title: 'This password is too easy to guess.',
    next: 'Take at least twelve characters, five of them different: a few words do well.',
  },
  reset_invalid: {
    title: 'This link is not valid any more.',
    next: 'A link works once and for half an hour. Ask for a new one.',
  },
  confirmation_invalid: {
    title: 'This link is not valid any more.',
    next: 'A link works once and for a day. If you have confirmed already, sign in; else begin again.',
  },
  not_admitted: { title: 'The patient is no longer admitted here.', next: 'Go back to the ward.' },
  alarm_closed: { title: 'This alarm has already ended.', next: 'Nothing more to do. Close this window.' },
  snooze_refused: { title: 'This alarm cannot be silenced for that long.', next: 'Choose a shorter time.' },
  not_configured: {
    title: 'This server is not set up for that.',
    next: 'Your help desk can say whether it will be.',
  },
  unavailable: {
    title: 'The server cannot be reached right now.',
    next: 'Watch the patients at the bedside and try again in a moment.',
  },
  invalid: { title: 'Something in the form is not right.', next: 'Check what you entered and try again.' },
  internal: {
    title: 'Something went wrong on the server.',
    next: 'Try again. If it stays like this, call your help desk.',
  },
}

const unknown: Problem = {
  title: 'That did not work.',
  next: 'Try again. If it stays like this, call your help desk.',
}

/** The words for an error code; `offline` and `timeout` are the SDK's own. */
export function problemOf(code: string | undefined): Problem {
  return (code !== undefined ? problems[code] : undefined) ?? unknown
}
