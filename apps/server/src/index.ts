export { projectRoot } from './configuration/environment.ts'
export { readSettings, type Settings } from './configuration/settings.ts'
export { type RunningServer, startServer } from './start-server.ts'
