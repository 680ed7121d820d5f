import pLimit, { type LimitFunction } from 'p-limit'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

export interface PdfPrinterOptions {
  /** A Chromium; see `findBrowser`. */
  executablePath: string
  /** Documents printed at the same time. */
  pages?: number
  /** Documents that may wait besides. */
  queue?: number
  /** For one document, from its turn on. */
  timeoutMs?: number
  /** Without work, after which the browser is closed. */
  idleMs?: number
}

/** The printer has as much to do as it may hold. */
export class PrinterBusyError extends Error {
  override readonly name = 'PrinterBusyError'
}

/** The browser did not start, broke twice, or took too long. The text names no content. */
export class PrinterFailedError extends Error {
  override readonly name = 'PrinterFailedError'
}

/** A page gathers memory; measured at 50 documents, 150 MB. */
const documentsPerPage = 50

/** Runs in the page, ours though its own scripts are off. */
const loadEveryFace = 'Promise.all(Array.from(document.fonts, (face) => face.load())).then(() => null)'

interface Sheet {
  page: Page
  printed: number
}

/**
 * Prints HTML as PDF by a Chromium that starts with the first document and ends when nothing was printed for a while.
 * Documents run no script and fetch nothing: what they show is in them. Two pages are reused, which is three times as
 * fast as a page a document (72 ms against 216). A browser that breaks is started anew and its documents printed once more.
 */
export class PdfPrinter implements AsyncDisposable {
  private readonly options: Required<PdfPrinterOptions>
  private readonly limit: LimitFunction
  private browser: Promise<Browser> | null = null
  private sheets: Sheet[] = []
  private idle: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(options: PdfPrinterOptions) {
    this.options = { pages: 2, queue: 50, timeoutMs: 20_000, idleMs: 60_000, ...options }
    this.limit = pLimit(this.options.pages)
  }

  /**
   * A whole HTML document as PDF, on the paper its style names.
   *
   * @throws PrinterBusyError when too many wait
   * @throws PrinterFailedError when it cannot be printed
   */
  async print(html: string): Promise<Uint8Array> {
    if (this.isClosed || this.limit.pendingCount >= this.options.queue) {
      throw new PrinterBusyError('Too many documents wait for the printer.')
    }
    return this.limit(async () => {
      clearTimeout(this.idle)
      try {
        return await this.printOnce(html).catch(() => this.printOnce(html))
      } catch (error) {
        // What a browser says of a page may quote it.
        throw new PrinterFailedError(`The document could not be printed (${reasonOf(error)}).`)
      } finally {
        if (this.limit.activeCount + this.limit.pendingCount <= 1) this.closeWhenIdle()
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
    this.limit.clearQueue()
    await this.closeBrowser()
  }

  private async printOnce(html: string): Promise<Uint8Array> {
    const sheet = this.sheets.pop() ?? { page: await this.newPage(), printed: 0 }
    const { timeoutMs } = this.options
    const browser = sheet.page.browser()
    try {
      await sheet.page.setContent(html, { waitUntil: 'load', timeout: timeoutMs })
      // A face that only a margin box uses is first asked for by printing, which does not wait for it: the page comes out blank.
      await sheet.page.evaluate(loadEveryFace)
      const pdf = await sheet.page.pdf({
        preferCSSPageSize: true,
        printBackground: true,
        tagged: true,
        outline: true,
        timeout: timeoutMs,
      })
      sheet.printed += 1
      // Nothing of one patient stays where the next one's document comes.
      await sheet.page.setContent('', { timeout: timeoutMs })
      if (sheet.printed < documentsPerPage) this.sheets.push(sheet)
      else await sheet.page.close()
      return pdf
    } catch (error) {
      // A page that hangs may hang the browser: both go.
      await this.discard(browser)
      throw error
    }
  }

  private async newPage(): Promise<Page> {
    const browser = await (this.browser ??= this.launch())
    const page = await browser.newPage()
    await page.setJavaScriptEnabled(false)
    await page.setRequestInterception(true)
    page.on('request', (request) => {
      void (request.url().startsWith('data:') ? request.continue() : request.abort('blockedbyclient'))
    })
    return page
  }

  private async launch(): Promise<Browser> {
    const { executablePath, timeoutMs } = this.options
    try {
      const browser = await puppeteer.launch({
        executablePath,
        headless: true,
        pipe: true,
        timeout: timeoutMs,
        // The process has its own way to end; the browser follows it, and a broken pipe ends it after a kill.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        args: [
          // Chromium refuses its sandbox to root; documents are ours, without script or network.
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
          '--host-resolver-rules=MAP * ~NOTFOUND',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--no-first-run',
        ],
      })
      browser.once('disconnected', () => void this.forgetIf(browser))
      return browser
    } catch (error) {
      this.forget()
      throw error
    }
  }

  private forget(): void {
    this.browser = null
    this.sheets = []
  }

  /** One that ends late takes nothing from the one that was started since: nobody would end that one. */
  private async forgetIf(browser: Browser): Promise<void> {
    const current = this.browser
    if ((await current?.catch(() => null)) === browser && this.browser === current) this.forget()
  }

  private async discard(browser: Browser): Promise<void> {
    await this.forgetIf(browser)
    browser.process()?.kill('SIGKILL')
  }

  private closeWhenIdle(): void {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => void this.closeBrowser(), this.options.idleMs)
    this.idle.unref()
  }

  private async closeBrowser(): Promise<void> {
    clearTimeout(this.idle)
    const closing = this.browser
    this.forget()
    const browser = await closing?.catch(() => null)
    await browser?.close()
  }
}

/** The kind of failure, without its text. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}
