import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Login } from './hospital.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

export const hasChromium = existsSync(executablePath)
if (!hasChromium) {
  process.stderr.write(
    `\nSKIPPED: the console in a browser. There is no Chromium at ${executablePath}; install one, or set CHROMIUM_PATH.\n\n`,
  )
}

export function launch(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  return chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet] })
}

/** A page, with what a screen reader was told and what the page complained of. */
export interface Watched {
  page: Page
  /** What live regions have said so far, oldest first. */
  said: () => Promise<{ how: string; text: string }[]>
  /** Uncaught errors, and breaches of the content security policy. */
  faults: string[]
  close: () => Promise<void>
}

export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text())
  })
  await page.addInitScript(() => {
    const said: { how: string; text: string }[] = []
    Object.assign(globalThis, { said })
    new MutationObserver(() => {
      for (const region of document.querySelectorAll<HTMLElement>('[data-announcer]')) {
        const text = region.textContent
        const how = region.dataset['announcer'] ?? ''
        if (text && said.findLast((each) => each.how === how)?.text !== text) said.push({ how, text })
      }
    }).observe(document, { childList: true, subtree: true, characterData: true })
  })
  await page.goto(url)
  return {
    page,
    faults,
    said: () => page.evaluate(() => (globalThis as unknown as { said: { how: string; text: string }[] }).said),
    close: () => context.close(),
  }
}

export async function signIn(page: Page, { email, password }: Pick<Login, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
}

/** Signs in and goes to the board of the only ward. */
export async function goToBoard(page: Page, login: Login): Promise<void> {
  await signIn(page, login)
  await page.getByRole('link', { name: /Ward 3 West/ }).click()
  await page.getByRole('heading', { name: 'Ward 3 West', level: 1 }).waitFor()
  await page.locator('.tile').first().waitFor()
}

/** Presses Tab until the focus is on a control whose accessible text begins so; fails after a tour of the page. */
export async function tabTo(page: Page, text: string): Promise<void> {
  for (let press = 0; press < 80; press += 1) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
    if (focused.startsWith(text)) return
  }
  throw new Error(`Tab never reached "${text}".`)
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Violations of WCAG 2.2 A and AA and of axe's best practices, each with the elements at fault. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  )
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
  )
}
