import { randomUUID } from 'node:crypto'
import { createClient } from '@chartwire/sdk'
import { TOTP } from 'otpauth'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launch, openPage, signIn, violations } from './browser.ts'
import { type RunningServer, runServer } from './running-server.ts'

const password = 'correct horse battery staple'
const codeOf = (secret: string, at = Date.now()) => new TOTP({ secret }).generate({ timestamp: at })

describe.runIf(hasChromium)('joining in Chromium', () => {
  let server: RunningServer
  let browser: Browser
  let admin: ReturnType<typeof createClient>

  beforeAll(async () => {
    server = await runServer()
    browser = await launch()
    admin = createClient({ url: server.url })
    const login = { email: `${randomUUID()}@example.org`, password }
    await admin.api.hospitals.signUp.mutate({
      hospital: { name: `Joining ${randomUUID()}`, timeZone: 'Europe/Vienna' },
      admin: { name: 'Ada Admin', ...login },
    })
    await admin.auth.signIn(login)
  })
  afterAll(async () => {
    admin?.close()
    await browser?.close()
    await server?.stop()
  })

  test('an invitation’s link makes a login, whose owner sets up an authenticator app', async () => {
    const email = `${randomUUID()}@example.org`
    const { token } = await admin.api.hospitals.invite.mutate({ email, role: 'nurse' })

    const watched = await openPage(browser, `${server.url}/#/join/${token ?? ''}`)
    const { page } = watched
    await page.getByLabel('Your name').fill('Nora Nurse')
    await page.getByLabel('Password').fill(password)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Join' }).click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await signIn(page, { email, password })

    await page.getByRole('link', { name: 'Security' }).click()
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
    const key = await page.locator('.hint code').textContent()
    await page.getByRole('img', { name: /QR code/ }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('The code it shows now').fill('000000')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.locator('p[role=alert]').waitFor()
    await page.getByLabel('The code it shows now').fill(codeOf((key ?? '').replaceAll(' ', '')))
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.locator('.recovery-codes li').first().waitFor()
    expect(await page.locator('.recovery-codes li').count()).toBe(10)
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText(/^An authenticator app is set up\. Recovery codes left: 10\.$/).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn(page, { email, password })
    await page.getByLabel(/^Code of your authenticator app/).waitFor()
    expect(watched.faults).toEqual([])
    await watched.close()
  })
})
