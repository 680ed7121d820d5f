/** The ids a sample input may name. */
export interface SampleIds {
  patientId: string
  wardId: string
  membershipId: string
  deviceId: string
  alarmId: string
  careTeamMemberId: string
  directiveId: string
  breakGlassId: string
}

/** One input of every procedure that is right in its form: a procedure without one fails the suites that need it. */
export function sampleInputs(ids: SampleIds): Record<string, unknown> {
  const { patientId, wardId, membershipId, deviceId, alarmId, careTeamMemberId, directiveId, breakGlassId } = ids
  const from = '2026-01-01T00:00:00Z'
  return {
    'admissions.admit': { patientId, wardId, bed: '7', spo2Scale: 1 },
    'admissions.current': { after: '000000', limit: 10 },
    'admissions.discharge': { patientId, note: 'Home' },
    'admissions.ofPatient': { patientId },
    'admissions.transfer': { patientId, wardId, bed: '8' },
    'alarms.acknowledge': { alarmId, note: 'Seen' },
    'alarms.emergency': { patientId },
    'alarms.get': { alarmId },
    'alarms.list': { patientId, status: 'open', since: from, after: alarmId, limit: 10 },
    'alarms.resolve': { alarmId },
    'alarms.snooze': { alarmId, minutes: 1 },
    'alarms.watch': { lastEventId: '5:5:' },
    'audit.list': {
      patientId,
      userId: membershipId,
      action: 'patient.read',
      from,
      until: '2026-02-01T00:00:00Z',
      after: '7',
      limit: 10,
    },
    'audit.whoReadMe': {
      from,
      until: '2026-02-01T00:00:00Z',
      include: 'all',
      after: `2026-01-01T00:00:00.000Z/${patientId}/7`,
      limit: 10,
    },
    'breakGlass.acknowledge': { id: breakGlassId },
    'breakGlass.appointOfficer': { membershipId },
    'breakGlass.close': { id: breakGlassId },
    'breakGlass.endOfficer': { id: breakGlassId },
    'breakGlass.list': { state: 'all', after: breakGlassId, limit: 10 },
    'breakGlass.mine': undefined,
    'breakGlass.officers': undefined,
    'breakGlass.open': {
      patient: { patientId },
      reason: 'emergency',
      explanation: 'Found on the stairs',
      password: 'wrong',
    },
    'breakGlass.review': { id: breakGlassId, outcome: 'justified', note: 'Cardiac arrest' },
    'breakGlass.revoke': { id: breakGlassId },
    'breakGlass.setMinutes': { minutes: 60 },
    'breakGlass.watch': { lastEventId: '5:5:' },
    'careTeam.assign': { membershipId, charge: { patientId } },
    'careTeam.end': { id: careTeamMemberId },
    'careTeam.list': { patientId },
    'consent.give': {
      patientId,
      effect: 'deny',
      purposes: ['research'],
      recipient: { kind: 'everybody' },
      reference: 'Form 7',
    },
    'consent.list': { patientId, include: 'all' },
    'consent.withdraw': { id: directiveId, reference: 'Form 7' },
    'devices.assign': { deviceId, patientId },
    'devices.list': undefined,
    'devices.ofPatient': { patientId },
    'devices.register': { serial: 'S-1', kind: 'other', maker: 'Acme' },
    'devices.unassign': { deviceId, patientId },
    'hospitals.createGateway': { name: 'Gateway' },
    'hospitals.createWard': { name: 'Ward' },
    'hospitals.endMembership': { membershipId },
    'hospitals.invite': { email: 'new@example.org', role: 'nurse' },
    'hospitals.signUp': {
      hospital: { name: 'General', timeZone: 'Europe/Vienna' },
      admin: { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple' },
    },
    'hospitals.staff': undefined,
    'hospitals.wards': undefined,
    'identity.acceptInvitation': { token: 'token', name: 'Nora', password: 'correct horse battery staple' },
    'identity.me': undefined,
    'identity.signIn': { email: 'nobody@example.org', password: 'wrong', cookie: false },
    'identity.signOut': undefined,
    'patients.get': { patientId },
    'patients.history': { patientId },
    'patients.inviteLogin': { patientId, email: 'paula@example.org', relation: 'self' },
    'patients.list': { search: 'Muster', wardId, after: patientId, limit: 10 },
    'patients.register': {
      givenName: 'Maria',
      familyName: 'Muster',
      birthDate: '1966-03-14',
      sex: 'female',
      phone: '+43 660 1234567',
      history: 'None',
      mrn: 'MRN-1',
    },
    'patients.remove': { patientId },
    'patients.update': { patientId, version: 1, givenName: 'Anna', birthDate: '1966-03-15', phone: null },
    'system.ping': undefined,
    'thresholds.clear': { patientId, parameter: 'heartRate', level: 'warning' },
    'thresholds.list': { patientId },
    'thresholds.set': {
      patientId,
      parameter: 'heartRate',
      level: 'warning',
      low: 50,
      high: 110,
      exitMargin: 2,
      dwellSeconds: 20,
      effectiveFrom: '2190-01-01T00:00:00Z',
      effectiveUntil: '2191-01-01T00:00:00Z',
    },
    'vitals.daily': { patientId, from: '2026-01-01', days: 1 },
    'vitals.history': { patientId, limit: 10, after: `${from}/${deviceId}`, from },
    'vitals.hourly': { patientId, from, to: '2026-01-02T00:00:00Z' },
    'vitals.latest': { patientId },
    'vitals.record': {
      readings: [{ patientId, at: from, device: 'S-1', heartRate: 70, bloodPressure: '120/80', temperature: 36.6 }],
    },
    'vitals.summary': { patientId },
    'vitals.ward': { wardId },
    'vitals.watchPatient': { patientId, lastEventId: '5:5:' },
    'vitals.watchWard': { wardId, lastEventId: '5:5:' },
  }
}
