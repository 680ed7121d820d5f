import type { PatientProfile } from '../src/patient-profile/render-patient-profile.ts'

export function sampleProfile(given: Partial<PatientProfile> = {}): PatientProfile {
  return {
    issuer: 'Riverside Hospital',
    timeZone: 'Europe/Vienna',
    printedAt: '2026-11-24T23:30:00.000Z',
    printedBy: 'Dora Doctor',
    patient: {
      givenName: 'Maria',
      familyName: 'Müller-Łukasiewicz',
      birthDate: '1966-03-14',
      sex: 'female',
      mrn: 'R-000123',
      formerMrns: ['R-000077'],
      phone: '+436601234567',
      email: 'maria@example.org',
      address: 'Hauptstraße 1, 1010 Wien, AT',
      emergencyContact: 'Иван Петров (husband), +436607654321',
      bloodGroup: 'A+',
      heightCm: 168,
      weightKg: 71.5,
    },
    allergies: [
      { name: 'Penicillin', status: 'active', severity: 'severe', since: null, remarks: ['anaphylaxis'] },
      { name: 'Latex', status: 'inactive', severity: null, since: '2001-05-01', remarks: [] },
    ],
    conditions: [
      { name: 'Type 2 diabetes', status: 'active', severity: null, since: '2015-01-01', remarks: ['E11.9 (ICD-10)'] },
    ],
    medications: [
      { name: 'Metformin', status: 'active', severity: null, since: null, remarks: ['500 mg by mouth twice daily'] },
    ],
    history: [
      { heading: 'History', text: 'Hysterectomy 2009.\nFather died of a stroke at 61.' },
      { heading: 'Doctor before', text: 'Dr. Ng, internal medicine' },
      { heading: 'Response', text: 'Partial improvement' },
    ],
    activeCases: [
      {
        number: 'CASE-2026-0007',
        title: 'Cough for six weeks',
        kind: 'acute',
        status: 'active',
        severity: 'moderate',
        openedAt: '2026-11-01T09:00:00.000Z',
        outcome: null,
      },
    ],
    formerCases: [
      {
        number: 'CASE-2024-0311',
        title: 'Fractured wrist',
        kind: 'acute',
        status: 'resolved',
        severity: null,
        openedAt: '2024-02-10T13:00:00.000Z',
        outcome: 'fully_resolved',
      },
    ],
    visits: [
      {
        date: '2026-11-20',
        time: '09:15',
        kind: 'follow_up',
        hospital: 'Riverside Hospital',
        clinician: 'Dora Doctor',
        vitals: [
          { name: 'Blood pressure', value: '138/84 mmHg' },
          { name: 'Heart rate', value: '76/min' },
          { name: 'Temperature', value: '36.9 °C' },
        ],
        sections: [
          { heading: 'Complaint', text: 'Cough, dry, worse at night' },
          { heading: 'Diagnosis', text: 'Suspected ACE inhibitor cough' },
          { heading: 'Plan', text: 'Stop lisinopril, start losartan 50 mg once daily.\nChest X-ray if no better.' },
        ],
        followUp: { date: '2026-12-04', time: '10:30', note: 'bring the diary' },
      },
    ],
    hasOlderVisits: true,
    ...given,
  }
}
