/** Why an advisory does not reach us, and until when that is believed. */
export interface Reason {
  because: string
  /** YYYY-MM-DD; after it the reason has to be written anew. */
  until: string
}

interface Advisory {
  github_advisory_id?: string
  module_name?: string
  severity?: string
  title?: string
}

export interface Judgement {
  /** Whether the registry said anything at all. */
  answered: boolean
  /** Advisories with a reason that still holds, for people. */
  lines: string[]
  faults: string[]
}

/** What `pnpm audit --json` answered, against the written reasons. A reason for what is gone is a fault too. */
export function judge(text: string, reasons: Readonly<Record<string, Reason>>, now: Date = new Date()): Judgement {
  const advisories = read(text)
  if (advisories === undefined) return { answered: false, lines: [], faults: [] }
  const lines: string[] = []
  const faults: string[] = []
  const today = now.toISOString().slice(0, 10)
  for (const [number, { github_advisory_id: id = number, module_name: name, severity, title }] of advisories) {
    const reason = reasons[id]
    const line = `${id} ${name ?? '?'} (${severity ?? '?'}): ${title ?? ''}`
    if (reason && reason.until >= today) lines.push(`${line}; ${reason.because}`)
    else faults.push(reason ? `${line}; the reason ended on ${reason.until}` : line)
  }
  const known = new Set(advisories.map(([number, { github_advisory_id: id }]) => id ?? number))
  for (const id of Object.keys(reasons))
    if (!known.has(id)) faults.push(`docs/advisories.json explains ${id}, which is gone.`)
  return { answered: true, lines, faults }
}

function read(text: string): [string, Advisory][] | undefined {
  try {
    const { advisories } = JSON.parse(text) as { advisories?: Record<string, Advisory> }
    return advisories && Object.entries(advisories)
  } catch {
    // Whatever a proxy says instead of JSON.
    return undefined
  }
}
