import { Admission, AdmissionMove } from './admissions/admission.entity.ts'
import { Alarm, Threshold } from './alarms/alarm.entity.ts'
import { AuditChainSchema, AuditEntrySchema } from './audit/audit.entity.ts'
import { CareTeamMember } from './care-team/care-team-member.entity.ts'
import { Device, DeviceAssignment } from './devices/device.entity.ts'
import { DoctorProfile } from './doctors/doctor-profile.entity.ts'
import { Department, Hospital, Ward } from './hospitals/hospital.entity.ts'
import { IdempotencyKeySchema } from './idempotency/idempotency-key.entity.ts'
import { Invitation, Membership, PatientAccess, Session, SignInThrottle, User } from './identity/identity.entity.ts'
import { OutboundMessage } from './outbound/outbound-message.entity.ts'
import { PasswordReset } from './identity/password-reset.entity.ts'
import { PlatformAdmin } from './platform/platform-admin.entity.ts'
import { RegistrationOffer } from './registrations/registration-offer.entity.ts'
import { AttemptCountSchema } from './limits/attempt-count.entity.ts'
import { Patient, Registration } from './patients/patient.entity.ts'

export const entities = [
  Hospital,
  Ward,
  User,
  Session,
  Membership,
  Invitation,
  SignInThrottle,
  PatientAccess,
  Patient,
  Registration,
  Admission,
  AdmissionMove,
  CareTeamMember,
  Device,
  DeviceAssignment,
  Alarm,
  Threshold,
  AuditEntrySchema,
  AuditChainSchema,
  IdempotencyKeySchema,
  Department,
  DoctorProfile,
  OutboundMessage,
  PasswordReset,
  PlatformAdmin,
  RegistrationOffer,
  AttemptCountSchema,
] as const
