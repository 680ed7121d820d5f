import { DomainError, type ProfileToPrint } from '@chartwire/db'
import { type PatientProfile, type ProfileEntry, type ProfileSection, renderPatientProfile } from '@chartwire/reports'
import type { RequestFacts } from '../kernel/context.ts'
import { type File, fileOf } from '../kernel/file.ts'
import { printedVitals } from './printed-vitals.ts'

/** The printed profile under a name that says nothing of the patient. @throws as `printProfile` */
export async function profileFile(profile: ProfileToPrint, facts: Pick<RequestFacts, 'print'>): Promise<File> {
  const bytes = await printProfile(profile, facts)
  const fileName = `patient-profile-${profile.profile.readAt.slice(0, 10)}.pdf`
  return fileOf({ fileName, contentType: 'application/pdf', bytes })
}

/**
 * A patient's profile as PDF.
 *
 * @throws DomainError `not_configured` on a server without a printer, `unavailable` on one that is busy
 */
export async function printProfile(
  profile: ProfileToPrint,
  { print }: Pick<RequestFacts, 'print'>,
): Promise<Uint8Array> {
  if (print === undefined)
    throw new DomainError('not_configured', 'This server does not print.', { resource: 'printer' })
  return print(renderPatientProfile(toPrinted(profile)))
}

/** What stays among clinicians is in no copy: paper is passed on. */
function toPrinted({ issuer, printedBy, timeZone, profile }: ProfileToPrint): PatientProfile {
  const { file, history, entries, activeCases, formerCases, visits } = profile
  const { address, emergencyContact: contact } = file
  const entriesOf = (kind: string) => entries.filter((entry) => entry.kind === kind).map(toEntry)
  return {
    issuer,
    printedBy,
    timeZone,
    printedAt: profile.readAt,
    patient: {
      givenName: file.givenName,
      familyName: file.familyName,
      birthDate: file.birthDate,
      sex: file.sex,
      mrn: file.mrn,
      formerMrns: file.formerMrns,
      bloodGroup: history.bloodGroup,
      heightCm: history.heightCm,
      weightKg: history.weightKg,
      phone: file.phone,
      email: file.email,
      address:
        address &&
        [address.street, [address.postalCode, address.city].filter(Boolean).join(' '), address.region, address.country]
          .filter(Boolean)
          .join(', '),
      emergencyContact:
        contact && `${contact.name}${contact.relation === undefined ? '' : ` (${contact.relation})`}, ${contact.phone}`,
    },
    allergies: entriesOf('allergy'),
    conditions: entriesOf('condition'),
    medications: entriesOf('medication'),
    history: [history, ...history.former].flatMap(historySections),
    activeCases,
    formerCases,
    visits: visits.items.map((visit) => ({
      date: visit.localDate,
      time: visit.localTime,
      kind: visit.kind,
      hospital: visit.hospital,
      clinician: visit.clinician.name,
      vitals: visit.vitals === null ? [] : printedVitals(visit.vitals),
      sections: sections([
        ['Complaint', visit.chiefComplaint],
        ['Symptoms', visit.symptoms],
        ['Examination', visit.examination],
        ['Diagnosis', visit.diagnosis],
        ['Plan', visit.plan],
        [
          'Medicines',
          visit.medicines.map(({ name, details }) => [name, details].filter(Boolean).join(': ')).join('\n'),
        ],
        ['Tests', visit.tests.join('\n')],
        ['Notes', visit.notes],
      ]),
      followUp: visit.followUp && { date: visit.followUp.on, time: visit.followUp.at, note: visit.followUp.note },
    })),
    hasOlderVisits: visits.next !== null,
  }
}

type Entry = ProfileToPrint['profile']['entries'][number]

function toEntry({ name, status, severity, onset, reaction, dosage, note, code }: Entry): ProfileEntry {
  const remarks = [reaction, dosage, note, code && `${code.code} (${code.system})`]
  return { name, status, severity, since: onset, remarks: remarks.filter((remark) => remark !== null) }
}

type History = Pick<ProfileToPrint['profile']['history'], 'history' | 'priorCare'>

function historySections({ history, priorCare }: History): ProfileSection[] {
  return sections([
    ['History', history],
    ['Doctor before', [priorCare?.doctorName, priorCare?.specialty, priorCare?.clinic].filter(Boolean).join(', ')],
    ['Seen on', priorCare?.date],
    ['Symptoms then', priorCare?.symptoms],
    ['Diagnosis then', priorCare?.diagnosis],
    ['Medicines then', priorCare?.medicines],
    ['For how long', priorCare?.duration],
    ['Response', priorCare?.response?.replaceAll('_', ' ')],
    ['Tests then', priorCare?.tests],
    ['Reason for change', priorCare?.reasonForChange],
    ['Ongoing treatment', priorCare?.ongoingTreatment],
    ['Current medicines', priorCare?.currentMedicines],
  ])
}

function sections(given: readonly (readonly [heading: string, text: string | null | undefined])[]): ProfileSection[] {
  return given.flatMap(([heading, text]) => (text ? [{ heading, text }] : []))
}
