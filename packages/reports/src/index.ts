export { type LoadReport, renderLoadReport } from './load-report/render-load-report.ts'
