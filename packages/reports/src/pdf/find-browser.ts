import { accessSync, constants, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { getInstalledBrowsers } from '@puppeteer/browsers'

/** The smallest and fastest first: the headless shell prints in half the time and memory of a whole browser. */
const programs = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
]

const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

export interface Whereabouts {
  /** Folders in the manner of PATH. */
  searchPath?: string
  /** Where `npx @puppeteer/browsers install` puts what it fetches. */
  cacheDir?: string
}

/** The first Chromium on the search path, else one that puppeteer has fetched; null without any. */
export async function findBrowser({
  searchPath = process.env['PATH'] ?? '',
  cacheDir = process.env['PUPPETEER_CACHE_DIR'] ?? join(homedir(), '.cache/puppeteer'),
}: Whereabouts = {}): Promise<string | null> {
  const folders = searchPath.split(delimiter).filter((folder) => folder !== '')
  const places = programs.flatMap((program) => folders.map((folder) => join(folder, program)))
  const here = [...places, ...macApplications].find(isProgram)
  if (here !== undefined) return here
  const fetched = await getInstalledBrowsers({ cacheDir })
  const usable = fetched.filter(
    ({ browser, executablePath }) => browser.startsWith('chrom') && isProgram(executablePath),
  )
  // Of several the newest: build ids are versions.
  return (
    usable.toSorted((a, b) => b.buildId.localeCompare(a.buildId, 'en', { numeric: true }))[0]?.executablePath ?? null
  )
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    // Not there, or not for us: either way no program.
    return false
  }
}
