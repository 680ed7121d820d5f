import type { RegisterPatientInput } from '@chartwire/db'

const given = {
  female: ['Maria', 'Anna', 'Fatima', 'Chen', 'Olga', 'Grace', 'Sofia', 'Amara', 'Ingrid', 'Leila'],
  male: ['John', 'Omar', 'Wei', 'Pavel', 'Kwame', 'Luis', 'Erik', 'Ravi', 'Tomas', 'Hiro'],
} as const
const family = [
  'Novak',
  'Haddad',
  'Li',
  'Petrova',
  'Mensah',
  'Garcia',
  'Larsen',
  'Patel',
  'Kovacs',
  'Tanaka',
  'Moreau',
  'Silva',
  'Okafor',
  'Rossi',
  'Weber',
  'Dubois',
  'Kim',
  'Santos',
  'Ivanov',
  'Brown',
] as const
const histories = [
  'Hypertension, treated with amlodipine 5 mg once daily.',
  'Type 2 diabetes, metformin 1 g twice daily. Appendectomy 1998.',
  'COPD GOLD 3, home oxygen 2 l/min at night. Target saturation 88-92 %.',
  'Coronary artery disease, stent in the left anterior descending artery 2021.',
  'No known illness. Admitted after a fall.',
] as const

/** Invented people, the same ones every time; every fifth has COPD and is scored on SpO2 scale 2. */
export function demoPatients(count: number): (RegisterPatientInput & { spo2Scale: 1 | 2 })[] {
  return Array.from({ length: count }, (_, index) => {
    const sex = index % 2 === 0 ? 'female' : 'male'
    const history = histories[index % histories.length]
    return {
      givenName: given[sex][(index * 7) % 10] ?? 'Maria',
      familyName: family[(index * 3) % family.length] ?? 'Novak',
      birthDate: `${1934 + ((index * 11) % 60)}-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + ((index * 5) % 27)).padStart(2, '0')}`,
      sex,
      history,
      spo2Scale: index % histories.length === 2 ? 2 : 1,
    }
  })
}
