/** What a visit needs at least. */
export const kneePain = { kind: 'consultation', chiefComplaint: 'Schmerzen im Knie' } as const

/** Everything that can be said of a visit. */
export const wholeVisit = {
  ...kneePain,
  symptoms: 'Schwellung',
  examination: 'Erguss',
  diagnosis: 'Distorsion',
  plan: 'Schonung',
  medicines: [{ name: 'Ibuprofen', details: '400 mg' }, { name: 'Pantoprazol' }],
  tests: ['CT liver', 'MR des Knies'],
  notes: 'Kommt mit Kruecken',
  internalNote: 'Wirkt aengstlich',
  vitals: { temperature: 98.6, temperatureUnit: '[degF]', bloodPressure: '120/80', weightKg: 70, heightCm: 175 },
  followUp: { on: '2190-01-01', at: '08:30', note: 'Mit Bildern' },
} as const
