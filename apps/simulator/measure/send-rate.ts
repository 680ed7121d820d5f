/**
 * How much of one core the simulator needs to generate and send readings, against a sink in another process that reads
 * each body and acknowledges it.
 *
 *   node measure/send-rate.ts [readings/s] [seconds]
 */
import { fork } from 'node:child_process'
import { createServer } from 'node:http'
import { systemClock } from '../src/clock.ts'
import { HttpIngest } from '../src/connection/http-ingest.ts'
import { runStream } from '../src/stream/run-stream.ts'

if (process.argv[2] === 'sink') sink()
else await measure(Number(process.argv[2] ?? 30_000), Number(process.argv[3] ?? 10))

async function measure(rate: number, seconds: number): Promise<void> {
  const child = fork(import.meta.filename, ['sink'])
  const port = await new Promise<unknown>((resolve) => child.once('message', resolve))
  const ingest = new HttpIngest({ url: `http://127.0.0.1:${String(port)}`, path: '/' })
  const patients = Array.from({ length: 1000 }, () => ({ id: crypto.randomUUID(), mrn: '' }))
  const stream = (durationS: number) =>
    runStream({
      bedside: ingest,
      patients,
      rate,
      durationS,
      scenario: 'mixed',
      seed: 1,
      speed: 120,
      batch: 1000,
      clock: systemClock,
    })
  await stream(2)
  const before = process.cpuUsage()
  const outcome = await stream(seconds)
  const { user, system } = process.cpuUsage(before)
  const { acknowledged, roundTrip, batches } = outcome.acknowledgements
  const figures = {
    rate: Math.round(outcome.achievedRate),
    efficiency: outcome.efficiency,
    acknowledged,
    batches,
    coresUsed: (user + system) / 1e6 / outcome.elapsedS,
    roundTripP99Ms: roundTrip.at(99),
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  await ingest.close()
  child.kill()
}

function sink(): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      let stored = 0
      for (const chunk of chunks) for (const byte of chunk) if (byte === 125) stored++
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ results: [], stored: stored - 1, duplicates: 0, flagged: 0, refused: 0 }))
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) process.send?.(address.port)
  })
  process.on('disconnect', () => process.exit(0))
}
