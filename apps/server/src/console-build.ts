import { spawn } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './configuration/environment.ts'
import { consoleFiles } from './http/console.ts'

const sources = ['apps/console', 'packages/sdk', 'packages/api/src'].map((path) => join(projectRoot, path))

/**
 * Builds the console when it was never built or its sources are newer. Servers that start at the same time each build
 * aside and put the whole into place, so that none serves another's half. A build that fails leaves the old one, and says so.
 */
export async function ensureConsole(say: (line: string) => void): Promise<void> {
  if (!existsSync(join(projectRoot, 'apps/console/index.html')) || isFresh()) return
  say('Building the console...')
  const modules = join(projectRoot, 'apps/console/node_modules')
  const aside = join(modules, `.console-${process.pid}`)
  const code = await new Promise<number | null>((resolve) => {
    const build = spawn(
      join(modules, '.bin/vite'),
      ['build', '--logLevel', 'error', '--outDir', aside, '--emptyOutDir'],
      {
        cwd: join(projectRoot, 'apps/console'),
        // Whatever the server runs as, the console is built to be used.
        env: { ...process.env, NODE_ENV: 'production' },
        stdio: 'inherit',
      },
    )
    build.on('error', () => resolve(1))
    build.on('exit', resolve)
  })
  if (code !== 0) say('The console could not be built; the API works without it.')
  else if (!isFresh()) {
    rmSync(consoleFiles, { recursive: true, force: true })
    renameSync(aside, consoleFiles)
  }
  rmSync(aside, { recursive: true, force: true })
}

function isFresh(): boolean {
  const built = statSync(join(consoleFiles, 'index.html'), { throwIfNoEntry: false })
  return built !== undefined && sources.every((source) => newest(source) <= built.mtimeMs)
}

function newest(folder: string): number {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', '.types', 'test'].includes(entry.name)) continue
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}
