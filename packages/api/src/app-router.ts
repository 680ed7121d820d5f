import { admissionsRouter } from './admissions/router.ts'
import { alarmsRouter } from './alarms/router.ts'
import { appointmentsRouter } from './appointments/router.ts'
import { auditRouter } from './audit/router.ts'
import { breakGlassRouter } from './break-glass/router.ts'
import { careTeamRouter } from './care-team/router.ts'
import { casesRouter } from './cases/router.ts'
import { clinicalListsRouter } from './clinical-lists/router.ts'
import { consentRouter } from './consent/router.ts'
import { devicesRouter } from './devices/router.ts'
import { doctorsRouter } from './doctors/router.ts'
import { documentsRouter } from './documents/router.ts'
import { hospitalsRouter } from './hospitals/router.ts'
import { identityRouter } from './identity/router.ts'
import { router } from './kernel/trpc.ts'
import { mfaRouter } from './mfa/router.ts'
import { patientAccessRouter } from './patient-access/router.ts'
import { patientsRouter } from './patients/router.ts'
import { registrationsRouter } from './registrations/router.ts'
import { symptomChecksRouter } from './symptom-checks/router.ts'
import { systemRouter } from './system/router.ts'
import { thresholdsRouter } from './thresholds/router.ts'
import { usersRouter } from './users/router.ts'
import { visitsRouter } from './visits/router.ts'
import { vitalsRouter } from './vitals/router.ts'

export const appRouter = router({
  admissions: admissionsRouter,
  alarms: alarmsRouter,
  appointments: appointmentsRouter,
  audit: auditRouter,
  breakGlass: breakGlassRouter,
  careTeam: careTeamRouter,
  cases: casesRouter,
  clinicalLists: clinicalListsRouter,
  consent: consentRouter,
  devices: devicesRouter,
  doctors: doctorsRouter,
  documents: documentsRouter,
  hospitals: hospitalsRouter,
  identity: identityRouter,
  mfa: mfaRouter,
  patientAccess: patientAccessRouter,
  patients: patientsRouter,
  registrations: registrationsRouter,
  symptomChecks: symptomChecksRouter,
  system: systemRouter,
  thresholds: thresholdsRouter,
  users: usersRouter,
  visits: visitsRouter,
  vitals: vitalsRouter,
})

export type AppRouter = typeof appRouter
