/** Whom to register, as often as one likes. */
export const someone = {
  givenName: 'Maria',
  familyName: 'Muster',
  birthDate: '1966-03-14',
  sex: 'female',
  confirmDistinct: true,
} as const

/** The list of patients without a filter, on one page. */
export const everyone = { wardId: null, after: null, limit: 200 }
