import { DomainError } from '@chartwire/db'
import { findBrowser, isProgram, PdfPrinter, PrinterBusyError } from '@chartwire/reports'
import { type Settings, SettingsError } from './configuration/settings.ts'

/** A whole HTML document as PDF. */
export type Print = (html: string) => Promise<Uint8Array>

export interface Printing extends AsyncDisposable {
  print: Print
  /** The Chromium that prints; null without one. */
  browser: string | null
}

/**
 * Prints by the Chromium that CHARTWIRE_BROWSER names, or the first one on the machine. Without any the server runs all the
 * same, and what wants a PDF is told so.
 *
 * @throws SettingsError when the named one is no program
 */
export async function openPrinting(
  { CHARTWIRE_BROWSER: named }: Settings,
  { find = findBrowser }: { find?: () => Promise<string | null> } = {},
): Promise<Printing> {
  if (named !== undefined && !isProgram(named)) throw new SettingsError('CHARTWIRE_BROWSER: there is no such program.')
  const browser = named ?? (await find())
  if (browser === null) return { browser, print: refuse, [Symbol.asyncDispose]: async () => {} }
  const printer = new PdfPrinter({ executablePath: browser })
  return {
    browser,
    print: (html) =>
      printer.print(html).catch((error: unknown) => {
        if (!(error instanceof PrinterBusyError)) throw error
        throw new DomainError('unavailable', 'Too many documents are being printed.', { retryAfter: 5 })
      }),
    [Symbol.asyncDispose]: () => printer[Symbol.asyncDispose](),
  }
}

async function refuse(): Promise<never> {
  throw new DomainError('not_configured', 'This server has no browser to print with.', { resource: 'printer' })
}
