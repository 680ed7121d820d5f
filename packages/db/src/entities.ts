import { Admission, AdmissionMove } from './admissions/admission.entity.ts'
import { Alarm, Threshold } from './alarms/alarm.entity.ts'
import { Appointment } from './appointments/appointment.entity.ts'
import { AuditAnchorSchema, AuditChainSchema, AuditEntrySchema } from './audit/audit.entity.ts'
import { BreakGlassGrant, PrivacyNotice, PrivacyOfficer, PrivacySetting } from './break-glass/break-glass.entity.ts'
import { CareTeamMember } from './care-team/care-team-member.entity.ts'
import { CareCase, CareCaseCounterSchema, CareCaseEvent } from './cases/care-case.entity.ts'
import { ClinicalEntry } from './clinical-lists/clinical-entry.entity.ts'
import { ConsentDirective } from './consent/consent-directive.entity.ts'
import { SentDocument } from './documents/sent-document.entity.ts'
import { Device, DeviceAssignment } from './devices/device.entity.ts'
import { DoctorProfile } from './doctors/doctor-profile.entity.ts'
import { Department, Hospital, Ward } from './hospitals/hospital.entity.ts'
import { IdempotencyKeySchema } from './idempotency/idempotency-key.entity.ts'
import { Invitation, Membership, PatientAccess, Session, SignInThrottle, User } from './identity/identity.entity.ts'
import { PatientMerge, PatientMergeRowSchema } from './patients/merge/patient-merge.entity.ts'
import { OutboundMessage } from './outbound/outbound-message.entity.ts'
import { AddressConfirmation } from './identity/address-confirmation.entity.ts'
import { PasswordReset } from './identity/password-reset.entity.ts'
import { PlatformAdmin } from './platform/platform-admin.entity.ts'
import { RegistrationOffer } from './registrations/registration-offer.entity.ts'
import { AttemptCountSchema } from './limits/attempt-count.entity.ts'
import { RewrapCursor } from './encryption/rewrap.entity.ts'
import {
  MfaPolicy,
  Passkey,
  PasskeyChallenge,
  RecoveryCode,
  SecurityNotice,
  SignInTicket,
  TotpFactor,
} from './mfa/mfa.entity.ts'
import { Patient, Registration } from './patients/patient.entity.ts'
import { SymptomCheck } from './symptom-checks/symptom-check.entity.ts'
import { Erasure } from './patients/record/erasure.entity.ts'
import { Visit, VisitInternalNote, VisitRevision } from './visits/visit.entity.ts'

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
  PatientMerge,
  PatientMergeRowSchema,
  Erasure,
  ClinicalEntry,
  CareCase,
  CareCaseCounterSchema,
  CareCaseEvent,
  Visit,
  VisitRevision,
  VisitInternalNote,
  SymptomCheck,
  SentDocument,
  Admission,
  AdmissionMove,
  Appointment,
  CareTeamMember,
  ConsentDirective,
  BreakGlassGrant,
  PrivacyOfficer,
  PrivacyNotice,
  PrivacySetting,
  Device,
  DeviceAssignment,
  Alarm,
  Threshold,
  AuditEntrySchema,
  AuditChainSchema,
  AuditAnchorSchema,
  IdempotencyKeySchema,
  Department,
  DoctorProfile,
  OutboundMessage,
  PasswordReset,
  AddressConfirmation,
  PlatformAdmin,
  RegistrationOffer,
  AttemptCountSchema,
  TotpFactor,
  RecoveryCode,
  Passkey,
  PasskeyChallenge,
  SignInTicket,
  MfaPolicy,
  SecurityNotice,
  RewrapCursor,
] as const
