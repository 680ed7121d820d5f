import { admissionsRouter } from './admissions/router.ts'
import { alarmsRouter } from './alarms/router.ts'
import { careTeamRouter } from './care-team/router.ts'
import { devicesRouter } from './devices/router.ts'
import { doctorsRouter } from './doctors/router.ts'
import { hospitalsRouter } from './hospitals/router.ts'
import { identityRouter } from './identity/router.ts'
import { router } from './kernel/trpc.ts'
import { patientsRouter } from './patients/router.ts'
import { registrationsRouter } from './registrations/router.ts'
import { systemRouter } from './system/router.ts'
import { thresholdsRouter } from './thresholds/router.ts'
import { usersRouter } from './users/router.ts'
import { vitalsRouter } from './vitals/router.ts'

export const appRouter = router({
  admissions: admissionsRouter,
  alarms: alarmsRouter,
  careTeam: careTeamRouter,
  devices: devicesRouter,
  doctors: doctorsRouter,
  hospitals: hospitalsRouter,
  identity: identityRouter,
  patients: patientsRouter,
  registrations: registrationsRouter,
  system: systemRouter,
  thresholds: thresholdsRouter,
  users: usersRouter,
  vitals: vitalsRouter,
})

export type AppRouter = typeof appRouter
