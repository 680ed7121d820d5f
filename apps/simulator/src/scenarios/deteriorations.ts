import type { Course } from './course.ts'

/**
 * Warm phase, then septic shock, then answer to fluids and antibiotics. Fever, heart rate over 90 and breathing over 20
 * are the SIRS criteria (Bone et al., Chest 1992); breathing >= 22, systolic <= 100 and altered mind are qSOFA (Singer et
 * al., JAMA 2016). Six hours, the span in which untreated septic shock costs survival (Kumar et al., Crit Care Med 2006).
 */
export const sepsis: Course = {
  minutes: 360,
  expectsAlarm: true,
  tracks: {
    heartRate: [
      [60, 105],
      [150, 124],
      [210, 134],
      [270, 128],
      [360, 'own'],
    ],
    spo2: [
      [90, 94],
      [180, 88],
      [260, 90],
      [330, 'own'],
    ],
    systolic: [
      [60, 108],
      [150, 92],
      [210, 72],
      [270, 80],
      [350, 'own'],
    ],
    diastolic: [
      [60, 62],
      [150, 52],
      [210, 42],
      [270, 46],
      [350, 'own'],
    ],
    temperature: [
      [75, 38.7],
      [150, 39.5],
      [260, 39.1],
      [360, 'own'],
    ],
    respiration: [
      [60, 22],
      [150, 28],
      [210, 34],
      [270, 30],
      [350, 'own'],
    ],
  },
  reaches: {
    heartRate: 'critical',
    spo2: 'critical',
    systolic: 'critical',
    diastolic: 'critical',
    temperature: 'critical',
    respiration: 'critical',
  },
  consciousness: [
    [170, 'C'],
    [205, 'V'],
    [270, 'C'],
    [310, 'A'],
  ],
  oxygen: [100, 340],
}

/**
 * Bleeding through the four classes of shock of Advanced Trauma Life Support: tachycardia first, pressure falls late
 * (class III, 30 % of the blood), class IV confused and over 140/min; then transfusion.
 */
export const haemorrhage: Course = {
  minutes: 110,
  expectsAlarm: true,
  tracks: {
    heartRate: [
      [15, 104],
      [35, 122],
      [60, 146],
      [75, 140],
      [105, 'own'],
    ],
    spo2: [
      [40, 95],
      [60, 91],
      [95, 'own'],
    ],
    systolic: [
      [20, 106],
      [40, 86],
      [60, 68],
      [75, 76],
      [105, 'own'],
    ],
    diastolic: [
      [15, 78],
      [40, 56],
      [60, 40],
      [75, 48],
      [105, 'own'],
    ],
    temperature: [
      [60, 35.7],
      [110, 'own'],
    ],
    respiration: [
      [15, 21],
      [35, 28],
      [60, 36],
      [75, 32],
      [105, 'own'],
    ],
  },
  reaches: {
    heartRate: 'critical',
    spo2: 'warning',
    systolic: 'critical',
    diastolic: 'critical',
    temperature: 'warning',
    respiration: 'critical',
  },
  consciousness: [
    [40, 'C'],
    [57, 'V'],
    [76, 'C'],
    [90, 'A'],
  ],
  oxygen: [40, 105],
}

/**
 * Exacerbation of chronic obstructive lung disease: from a saturation of about 91 % to the low eighties with fast
 * breathing, drowsy from carbon dioxide, better on controlled oxygen aimed at 88-92 % and ventilation (O'Driscoll et al.,
 * Thorax 2017; GOLD report on severity of exacerbations).
 */
export const copd: Course = {
  minutes: 180,
  expectsAlarm: true,
  tracks: {
    heartRate: [
      [30, 102],
      [75, 118],
      [100, 125],
      [170, 'own'],
    ],
    spo2: [
      [30, 88.5],
      [75, 83],
      [100, 81],
      [120, 87],
      [170, 'own'],
    ],
    systolic: [
      [60, 144],
      [100, 152],
      [170, 'own'],
    ],
    respiration: [
      [30, 25],
      [75, 33],
      [100, 36],
      [130, 27],
      [170, 'own'],
    ],
  },
  reaches: { heartRate: 'critical', spo2: 'critical', systolic: 'warning', respiration: 'critical' },
  consciousness: [
    [80, 'C'],
    [95, 'V'],
    [118, 'A'],
  ],
  oxygen: [45, 180],
}

/**
 * Opioid-induced respiratory depression: breathing slows first, saturation follows minutes later, the patient can only be
 * roused by pain; naloxone at minute 34 turns it round (Dahan, Aarts and Smith, Anesthesiology 2010).
 */
export const opioid: Course = {
  minutes: 50,
  expectsAlarm: true,
  tracks: {
    heartRate: [
      [20, 58],
      [33, 48],
      [38, 92],
      [50, 'own'],
    ],
    spo2: [
      [8, 96],
      [20, 90],
      [33, 79],
      [37, 92],
      [46, 'own'],
    ],
    systolic: [
      [33, 95],
      [38, 132],
      [50, 'own'],
    ],
    respiration: [
      [12, 9.5],
      [25, 6],
      [34, 5],
      [37, 15],
      [48, 'own'],
    ],
  },
  reaches: { heartRate: 'warning', spo2: 'critical', respiration: 'critical' },
  consciousness: [
    [12, 'V'],
    [24, 'P'],
    [31, 'U'],
    [35, 'V'],
    [39, 'A'],
  ],
  oxygen: [34, 50],
}

/**
 * In-hospital arrest: hours of warning signs are the rule (Schein et al., Chest 1990), here the last 25 minutes; then a
 * pulseless electrical rhythm, in which no cuff pressure and no saturation can be measured, and return of circulation.
 */
export const cardiacArrest: Course = {
  minutes: 75,
  expectsAlarm: true,
  tracks: {
    heartRate: [
      [12, 116],
      [20, 138],
      [24, 56],
      [26, 28],
      [38, 32],
      [40, 124],
      [75, 'own'],
    ],
    spo2: [
      [12, 92],
      [20, 86],
      [25, 68],
      [39, 72],
      [44, 93],
      [70, 'own'],
    ],
    systolic: [
      [12, 94],
      [20, 76],
      [25, 46],
      [39, 50],
      [42, 92],
      [70, 'own'],
    ],
    diastolic: [
      [12, 58],
      [20, 46],
      [25, 28],
      [39, 30],
      [42, 56],
      [70, 'own'],
    ],
    respiration: [
      [12, 26],
      [20, 34],
      [25, 6],
      [38, 4],
      [41, 14],
      [70, 'own'],
    ],
  },
  reaches: {
    heartRate: 'critical',
    spo2: 'critical',
    systolic: 'critical',
    diastolic: 'critical',
    respiration: 'critical',
  },
  consciousness: [
    [16, 'C'],
    [22, 'P'],
    [24, 'U'],
    [48, 'P'],
    [54, 'V'],
    [62, 'A'],
  ],
  oxygen: [12, 75],
  silent: [{ from: 26, to: 39, vitals: ['spo2', 'systolic', 'diastolic'] }],
}
