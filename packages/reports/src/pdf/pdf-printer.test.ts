import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { sampleProfile } from '../../test/sample-profile.ts'
import { renderPatientProfile } from '../patient-profile/render-patient-profile.ts'
import { findBrowser } from './find-browser.ts'
import { PdfPrinter, PrinterBusyError, PrinterFailedError } from './pdf-printer.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? (await findBrowser())
if (executablePath === null) {
  process.stderr.write('\nSKIPPED: printing. There is no Chromium on the PATH; install one, or set CHROMIUM_PATH.\n\n')
}

const page = (body: string) => `<!doctype html><title>Page</title><style>@page { size: A4 }</style>${body}`
const asText = (pdf: Uint8Array) => Buffer.from(pdf).toString('latin1')

describe.skipIf(executablePath === null)('the printer', () => {
  const options = { executablePath: executablePath ?? '' }
  let printer: PdfPrinter
  beforeAll(() => {
    printer = new PdfPrinter(options)
  })
  afterAll(() => printer[Symbol.asyncDispose]())

  it('makes a tagged PDF on A4 of a whole profile, with the patient’s name and the page’s number on each page', async () => {
    const profile = sampleProfile()
    const pdf = await printer.print(
      renderPatientProfile({
        ...profile,
        visits: profile.visits.flatMap((one) => Array.from({ length: 9 }, () => one)),
      }),
    )
    expect(asText(pdf)).toContain('/MarkInfo')
    expect(asText(pdf)).toMatch(/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/)
    const pages = await textOf(pdf)
    expect(pages.length).toBeGreaterThan(1)
    for (const [i, text] of pages.entries()) {
      expect(text).toContain(`Page${i + 1}of${pages.length}`)
      expect(text).toContain('MariaMüller-Łukasiewicz')
    }
    expect(pages[0]).toContain('ИванПетров')
    expect(pages.at(-1)).toContain('Printed25November2026')
  })

  it('prints twenty at once, each with its own content', async () => {
    const printed = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        printer.print(page('<p style="break-after: page">x</p>'.repeat(i % 5) + 'y')),
      ),
    )
    const pages = printed.map((pdf) => Number(/\/Count (\d+)/.exec(asText(pdf))?.[1]))
    expect(pages).toEqual(Array.from({ length: 20 }, (_, i) => (i % 5) + 1))
  })

  it('runs no script and asks nobody for anything', async () => {
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end()
    })
    await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const there = `http://127.0.0.1:${port}`
    try {
      const pdf = await printer.print(
        page(
          `<img src="${there}/img"><link rel="stylesheet" href="${there}/css"><iframe src="${there}/frame"></iframe>
           <iframe src="file:///etc/passwd"></iframe><style>@import url(${there}/import)</style>
           <script>fetch('${there}/fetch'); document.body.innerHTML = '<p style="break-before: page">a</p>'.repeat(9)</script>`,
        ),
      )
      expect(Number(/\/Count (\d+)/.exec(asText(pdf))?.[1])).toBe(1)
      expect(asked).toEqual([])
    } finally {
      server.close()
    }
  })

  it('starts a browser that was killed anew, and prints what it was at', async () => {
    await printer.print(page('before'))
    const printing = Promise.all(Array.from({ length: 6 }, () => printer.print(page('after'))))
    killBrowser(printer)
    for (const pdf of await printing) expect(asText(pdf).slice(0, 5)).toBe('%PDF-')
  })

  it('refuses more than may wait, and prints the others', async () => {
    await using small = new PdfPrinter({ ...options, pages: 1, queue: 2 })
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => small.print(page('x'))))
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
    expect(refused).toHaveLength(2)
    for (const reason of refused) expect(reason).toBeInstanceOf(PrinterBusyError)
  })

  it('closes a browser that nobody needs', async () => {
    await using idle = new PdfPrinter({ ...options, idleMs: 20 })
    await idle.print(page('x'))
    const { browser } = idle as unknown as { browser: Promise<{ process: () => { exitCode: number | null } }> }
    const process = (await browser).process()
    await vi.waitFor(() => expect(process.exitCode).not.toBeNull(), { timeout: 10_000 })
    expect(asText(await idle.print(page('again'))).slice(0, 5)).toBe('%PDF-')
  })

  it('keeps hold of a browser that it started while the one before was still ending', async () => {
    await using idle = new PdfPrinter({ ...options, idleMs: 0 })
    const patience = { timeout: 20_000, interval: 1 }
    const started = async (printing: Promise<unknown>) => {
      const running = await vi.waitFor(() => {
        const now = browserOf(idle)
        if (now === null) throw new Error('Not yet.')
        return { now }
      }, patience)
      await printing
      return (await running.now).process()
    }
    const first = await started(idle.print(page('x')))
    await vi.waitFor(() => expect(browserOf(idle)).toBeNull(), patience)
    // The next one is there before the first has said that it is gone.
    const second = await started(idle.print(page('again')))
    expect(second).not.toBe(first)
    for (const one of [first, second]) await vi.waitFor(() => expect(one.exitCode).not.toBeNull(), patience)
  }, 90_000)

  it('says that it failed, and nothing of what it printed', async () => {
    await using broken = new PdfPrinter({ executablePath: '/bin/false' })
    const error = await broken.print(page('Maria Muster')).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PrinterFailedError)
    expect(String(error)).not.toContain('Maria')
  })
})

/** The text of each page, without spaces. */
async function textOf(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocument({ data: pdf.slice(), verbosity: 0 }).promise
  const pages: string[] = []
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent()
    // A change of font, as within a name, is a piece of its own.
    pages.push(
      items
        .map((item) => ('str' in item ? item.str : ''))
        .join('')
        .replaceAll(' ', ''),
    )
  }
  return pages
}

interface RunningBrowser {
  process: () => { exitCode: number | null }
}

function browserOf(of: PdfPrinter): Promise<RunningBrowser> | null {
  return (of as unknown as { browser: Promise<RunningBrowser> | null }).browser
}

function killBrowser(of: PdfPrinter): void {
  const { browser } = of as unknown as { browser: Promise<{ process: () => { kill: (signal: string) => void } }> }
  void browser.then((running) => running.process().kill('SIGKILL'))
}
