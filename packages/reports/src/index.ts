export { type LoadReport, renderLoadReport } from './load-report/render-load-report.ts'
export {
  type PatientProfile,
  type ProfileEntry,
  type ProfileSection,
  renderPatientProfile,
} from './patient-profile/render-patient-profile.ts'
export { findBrowser, isProgram } from './pdf/find-browser.ts'
export { PdfPrinter, PrinterBusyError } from './pdf/pdf-printer.ts'
