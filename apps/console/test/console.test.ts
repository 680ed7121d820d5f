import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goToBoard, hasChromium, launch, openPage, signIn, tabTo, violations, type Watched } from './browser.ts'
import { type Hospital, openHospital } from './hospital.ts'
import { type RunningServer, runServer } from './running-server.ts'

const well = {
  heartRate: 72,
  spo2: 97,
  supplementalOxygen: false,
  systolic: 118,
  diastolic: 76,
  temperature: 36.7,
  respiration: 15,
  consciousness: 'A',
} as const
/** Long enough beyond its limit to alarm at once: newest last. */
const breach = [60, 40, 20, 0]

describe.runIf(hasChromium)('the console in Chromium', () => {
  let server: RunningServer
  let hospital: Hospital
  let browser: Browser

  beforeAll(async () => {
    server = await runServer()
    hospital = await openHospital(server.url, { patients: 20 })
    browser = await launch()
    for (const patientId of hospital.patientIds) await hospital.measure(patientId, well, [120])
  })
  afterAll(async () => {
    await browser?.close()
    hospital?.close()
    await server?.stop()
  })

  const patient = (bed: number): string => hospital.patientIds[bed - 1] ?? ''
  /** How much wider the page is than the screen. */
  const overflow = ({ page }: Watched) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

  test('the API reference works under the policy of its page, which breaks nothing of it', async () => {
    const watched = await openPage(browser, `${server.url}/docs`)
    const { page } = watched
    await page.locator('.opblock-summary-description').first().click()
    await page.getByRole('button', { name: 'Execute' }).click()
    // Asked from the page itself; what its sample body gets is the server's business.
    await page.locator('.live-responses-table .response-col_status').first().waitFor()
    expect(watched.faults).toEqual([])
    await watched.close()
  })

  test('a script that gets into a page is not run', async () => {
    const watched = await openPage(browser, server.url)
    const { page } = watched
    await page.evaluate(() => {
      const inline = document.createElement('script')
      inline.textContent = 'globalThis.isBreached = true'
      const button = document.createElement('button')
      button.setAttribute('onclick', 'globalThis.isBreached = true')
      document.body.append(inline, button)
      button.click()
    })
    expect(await page.evaluate(() => 'isBreached' in globalThis)).toBe(false)
    expect(watched.faults.length).toBeGreaterThanOrEqual(2)
    await watched.close()
  })

  test('a wrong password is said in plain words, with what to do next', async () => {
    const watched = await openPage(browser, server.url)
    await signIn(watched.page, { email: hospital.nurse.email, password: 'wrong' })
    await watched.page.getByRole('alert').getByText('The e-mail address or the password is not right.').waitFor()
    expect(await violations(watched.page)).toEqual([])
    await watched.close()
  })

  test('the board fills after signing in, and a new reading shows on it and on the patient’s page', async () => {
    const watched = await openPage(browser, server.url)
    const { page } = watched
    await goToBoard(page, hospital.nurse)
    await expect.poll(() => page.locator('.tile').count()).toBe(20)
    const tile = page.locator('.tile').nth(1)
    expect(await tile.innerText()).toContain('118/76')
    await hospital.measure(patient(2), { heartRate: 83, spo2: 95, supplementalOxygen: true })
    await tile.getByText('83', { exact: true }).waitFor()
    await tile.getByText('on oxygen').waitFor()

    await tile.getByRole('link').click()
    await page.getByRole('heading', { name: 'Trends' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await hospital.measure(patient(2), { heartRate: 85 })
    await page.locator('.patient-now').getByText('85', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'As a table' }).click()
    await expect.poll(() => page.locator('tbody td').allInnerTexts()).toContain('85')
    for (const span of ['6 hours', '24 hours', '7 days']) {
      await page.getByRole('radio', { name: span }).check()
      await expect.poll(() => page.locator('.trends tbody tr').count()).toBeGreaterThan(0)
    }
    // An id in the address is never sent: it stands behind the #.
    expect(new URL(page.url()).pathname).toBe('/')
    expect(watched.faults).toEqual([])
    await watched.close()
  })

  test('a critical alarm is announced, and acknowledged with a note by keyboard alone', async () => {
    const watched = await openPage(browser, server.url)
    const { page } = watched
    await goToBoard(page, hospital.nurse)
    await hospital.measure(patient(3), { spo2: 80 }, breach)
    await page.locator('.alarm[data-level=critical] .alarm-what').getByText('SpO₂ 80 %, below 90').waitFor()
    const spoken = async (how: string) =>
      (await watched.said()).filter((each) => each.how === how).map(({ text }) => text)
    await expect
      .poll(() => spoken('assertive'))
      .toContainEqual(expect.stringContaining('Critical. Bed 3, Featherstonehaugh-3. SpO₂'))

    await tabTo(page, 'Acknowledge SpO₂ 80 %')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Acknowledge this alarm?' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Acknowledge')

    await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.type('Mask refitted')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => spoken('polite')).toContainEqual(expect.stringContaining('Acknowledged. Bed 3'))
    await page.locator('.tile').nth(2).getByText('acknowledged').waitFor()
    expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true)

    // Values that change are not read out: nothing but what happened to alarms was said.
    expect((await watched.said()).filter(({ text }) => !/Critical|Warning|Acknowledged|Ended/.test(text))).toEqual([])
    await watched.close()
  })

  test('an emergency is called, announced elsewhere, and ended', async () => {
    const [caller, listener] = [await openPage(browser, server.url), await openPage(browser, server.url)]
    await goToBoard(listener.page, hospital.nurse)
    await goToBoard(caller.page, hospital.nurse)
    await caller.page.locator('.tile').first().getByRole('link').click()
    await caller.page.getByRole('button', { name: 'Call emergency' }).click()
    await caller.page.getByRole('dialog').getByRole('button', { name: 'Call emergency' }).click()
    const row = listener.page.locator('.alarm[data-level=emergency]')
    await row.locator('.alarm-what').getByText('Emergency call: help needed').waitFor()
    expect(await row.getByRole('button', { name: 'Silence' }).count()).toBe(0)
    await row.getByRole('button', { name: /^End call/ }).click()
    await listener.page.getByRole('button', { name: 'End the call' }).click()
    await expect.poll(() => row.count()).toBe(0)
    await expect.poll(() => caller.page.locator('[data-level=emergency]').count()).toBe(0)
    await Promise.all([caller.close(), listener.close()])
  })

  test('a patient’s profile is saved as a PDF whose name says nothing of the patient', async () => {
    const watched = await openPage(browser, server.url)
    const { page } = watched
    await goToBoard(page, hospital.nurse)
    await page.locator('.tile').first().getByRole('link').click()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Profile as PDF' }).click()
    const download = await saved
    expect(download.suggestedFilename()).toMatch(/^patient-profile-\d{4}-\d\d-\d\d\.pdf$/)
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-')
    expect(watched.faults).toEqual([])
    await watched.close()
  })

  test.each(['light', 'dark'] as const)(
    'axe finds nothing in %s: board, dialog, patient, wall',
    async (colorScheme) => {
      await hospital.measure(patient(5), { heartRate: 150, temperature: 39.2, supplementalOxygen: true }, breach)
      const watched = await openPage(browser, server.url, { colorScheme })
      const { page } = watched
      await goToBoard(page, hospital.nurse)
      await page.locator('.alarm').first().waitFor()
      expect(await violations(page)).toEqual([])
      await page
        .getByRole('button', { name: /^Silence/ })
        .first()
        .click()
      await page.getByRole('dialog').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      const { hash } = new URL(page.url())
      await page.locator('.tile').nth(4).getByRole('link').click()
      await page.locator('.trend canvas').first().waitFor()
      expect(await violations(page)).toEqual([])
      await page.goto(`${server.url}/${hash.replace('ward', 'wall')}`)
      await page.locator('.wall .tile').first().waitFor()
      expect(await violations(page)).toEqual([])
      expect(watched.faults).toEqual([])
      await watched.close()
    },
  )

  test('a phone scrolls one way only', async () => {
    const watched = await openPage(browser, server.url, { viewport: { width: 390, height: 844 } })
    expect(await overflow(watched)).toBeLessThanOrEqual(0)
    await goToBoard(watched.page, hospital.nurse)
    expect(await overflow(watched)).toBeLessThanOrEqual(0)
    await watched.page.locator('.tile').first().getByRole('link').click()
    await watched.page.locator('.trend canvas').first().waitFor()
    expect(await overflow(watched)).toBeLessThanOrEqual(0)
    await watched.page.getByRole('button', { name: 'As a table' }).click()
    expect(await overflow(watched)).toBeLessThanOrEqual(0)
    await watched.close()
  })

  test('twenty patients fit a wall, with nothing cut off and nothing to operate', async () => {
    const watched = await openPage(browser, server.url, { viewport: { width: 1920, height: 1080 } })
    const { page } = watched
    await goToBoard(page, hospital.nurse)
    await page.getByRole('link', { name: 'Wall view' }).click()
    await page.locator('.wall .tile').first().waitFor()
    expect(await overflow(watched)).toBeLessThanOrEqual(0)
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(1080)
    const cut = await page.locator('.wall .tile').evaluateAll(
      (tiles) =>
        tiles.filter((tile) => {
          const { bottom, right } = tile.getBoundingClientRect()
          const last = tile.querySelector('.tile-foot')?.getBoundingClientRect()
          return bottom > innerHeight || right > innerWidth || last === undefined || last.bottom > bottom
        }).length,
    )
    expect(cut).toBe(0)
    expect(await page.locator('.wall button').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await watched.close()
  })

  test('who loses the ward sees nothing of it any more, at once', async () => {
    const { page, close } = await openPage(browser, server.url)
    const leaver = await hospital.hire()
    await goToBoard(page, leaver)
    await hospital.admin.api.hospitals.endMembership.mutate({ membershipId: leaver.membershipId })
    await expect.poll(() => page.locator('.tile').count()).toBe(0)
    expect(await page.locator('body').innerText()).not.toContain('Featherstonehaugh')
    await close()
  })

  test('a session that ends in one window ends in the others, which say so and show nothing', async () => {
    const { page, close } = await openPage(browser, server.url)
    await goToBoard(page, hospital.nurse)
    const other = await page.context().newPage()
    await other.goto(server.url)
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other.getByLabel('Password').waitFor()
    await page.getByText('You were signed out because your session ended.').waitFor()
    expect(await page.locator('body').innerText()).not.toContain('Featherstonehaugh')
    expect(await page.title()).not.toContain('Ward')
    await close()
  })

  test('when the server goes away the board says that it is not live, and recovers by itself', async () => {
    const watched = await openPage(browser, server.url)
    const { page } = watched
    await goToBoard(page, hospital.nurse)
    const live = page.locator('.tile .freshness').getByText('Live', { exact: true })
    await hospital.measure(patient(4), { heartRate: 90 })
    await expect.poll(() => live.count()).toBeGreaterThan(0)
    await server.kill()
    const banner = page.locator('.connection')
    await banner.getByText('Connection lost. This is not live.').waitFor()
    await expect
      .poll(async () => (await watched.said()).map(({ text }) => text))
      .toContainEqual(expect.stringContaining('What you see is not live'))
    // What was last known stays in sight, set back, and nothing of it is called live.
    expect(await live.count()).toBe(0)
    expect(await page.locator('.tile').count()).toBe(20)
    await server.start()
    await expect.poll(() => banner.count(), { timeout: 20_000 }).toBe(0)
    await hospital.measure(patient(4), { heartRate: 91 })
    await page.locator('.tile').nth(3).getByText('91', { exact: true }).waitFor()
    await watched.close()
  })
})
