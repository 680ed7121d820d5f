import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launch, openPage, violations } from './browser.ts'
import { type RunningServer, runServer } from './running-server.ts'

describe.runIf(hasChromium)('a link to a document in Chromium', () => {
  let server: RunningServer
  let browser: Browser

  beforeAll(async () => {
    server = await runServer()
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('asks for the birth date, says so where nothing opens, and hands over what does', async () => {
    const watched = await openPage(browser, `${server.url}/#/document/no-such-token`)
    const { page } = watched
    await page.getByRole('heading', { name: 'A document for you' }).waitFor()
    await page.getByLabel('Your birth date').fill('1966-03-14')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('This link and this date open nothing.').waitFor()
    expect(await violations(page)).toEqual([])

    const asked: string[] = []
    const bytes = Buffer.from('%PDF-1.7 \xff\x00', 'latin1')
    await page.route('**/trpc/documents.open**', async (route) => {
      asked.push(route.request().url())
      const file = { fileName: 'patient-profile-2026-11-24.pdf', contentType: 'application/pdf' }
      const result = { result: { data: { ...file, base64: bytes.toString('base64') } } }
      await route.fulfill({ json: route.request().url().includes('batch=1') ? [result] : result })
    })
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Open' }).click()
    const saved = await download
    expect(saved.suggestedFilename()).toBe('patient-profile-2026-11-24.pdf')
    expect(readFileSync(await saved.path()).equals(bytes)).toBe(true)
    await page.getByText('The document has been saved to your downloads.').waitFor()
    expect(asked.join()).not.toMatch(/no-such-token|1966/)
    expect(watched.faults).toEqual([])
    await watched.close()
  })
})
