/** One record of a CSV file and the line it began on, counted from 1. */
export interface CsvRecord {
  line: number
  fields: string[]
}

/** A CSV file that cannot be read on; names the line. */
export class CsvError extends Error {
  override readonly name = 'CsvError'
}

/**
 * Reads CSV (RFC 4180) as it comes in: quoted fields with doubled quotes and line breaks inside, LF, CRLF or CR, a byte
 * order mark, a last line without an end; blank lines are passed over. Text after a closing quote is kept as written.
 * @throws CsvError for a record over `LONGEST_RECORD` characters, or a quote that the file never closes.
 */
export async function* readCsv(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<CsvRecord> {
  const parser = new CsvParser()
  for await (const chunk of chunks) {
    parser.push(chunk)
    yield* parser.take()
  }
  parser.end()
  yield* parser.take()
}

class CsvParser {
  #records: CsvRecord[] = []
  #fields: string[] = []
  #field = ''
  #length = 0
  #line = 1
  #recordLine = 1
  #state: 'start' | 'plain' | 'quoted' | 'closed' = 'start'
  #lastWasReturn = false
  #isFirst = true

  push(chunk: string): void {
    const text = this.#isFirst && chunk.startsWith('\uFEFF') ? chunk.slice(1) : chunk
    if (chunk.length > 0) this.#isFirst = false
    for (const character of text) this.#read(character)
  }

  end(): void {
    if (this.#state === 'quoted') throw new CsvError(`the quote opened in line ${this.#recordLine} is never closed`)
    if (this.#fields.length > 0 || this.#field !== '' || this.#state !== 'start') this.#endRecord()
  }

  *take(): Generator<CsvRecord> {
    const records = this.#records
    this.#records = []
    yield* records
  }

  #read(character: string): void {
    const followsReturn = this.#lastWasReturn
    this.#lastWasReturn = character === '\r'
    if (character === '\r' || (character === '\n' && !followsReturn)) this.#line++
    if (this.#state === 'quoted') {
      if (character === '"') this.#state = 'closed'
      else this.#append(character)
      return
    }
    if (character === '\n' && followsReturn) {
      if (this.#state === 'start' && this.#fields.length === 0) this.#recordLine = this.#line
      return
    }
    if (character === '\n' || character === '\r') this.#endRecord()
    else if (character === ',') this.#endField()
    else if (character === '"' && this.#state === 'start') this.#state = 'quoted'
    else if (character === '"' && this.#state === 'closed') {
      this.#append('"')
      this.#state = 'quoted'
    } else {
      this.#append(character)
      if (this.#state === 'start') this.#state = 'plain'
    }
  }

  #append(character: string): void {
    this.#field += character
    if (++this.#length > LONGEST_RECORD) {
      throw new CsvError(`the record in line ${this.#recordLine} is longer than ${LONGEST_RECORD} characters`)
    }
  }

  #endField(): void {
    this.#fields.push(this.#field)
    this.#field = ''
    this.#state = 'start'
    if (++this.#length > LONGEST_RECORD) {
      throw new CsvError(`the record in line ${this.#recordLine} is longer than ${LONGEST_RECORD} characters`)
    }
  }

  #endRecord(): void {
    const isBlank = this.#fields.length === 0 && this.#field === '' && this.#state === 'start'
    if (!isBlank) {
      this.#endField()
      this.#records.push({ line: this.#recordLine, fields: this.#fields })
    }
    this.#fields = []
    this.#length = 0
    this.#recordLine = this.#line
  }
}

/** Far beyond any row of vital signs: a file that is no CSV must not fill the memory. */
const LONGEST_RECORD = 1_000_000
