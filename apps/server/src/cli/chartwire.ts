// The `chartwire` command: each group of commands is one file, loaded only when one of its commands is called, so that a
// command which needs no database starts at once.

interface CommandGroup {
  /** Runs one command of the group and answers its exit status. */
  readonly run: (command: string, args: readonly string[]) => Promise<number>
}

interface GroupEntry {
  about: string
  load: () => Promise<CommandGroup>
}

const groups: Readonly<Record<string, GroupEntry>> = {
  settings: { about: 'every setting, its default and its meaning', load: () => import('./settings.ts') },
  keys: { about: 'make a key ring; rotate it; see which keys the database uses', load: () => import('./keys.ts') },
  database: { about: 'apply migrations; see what a database has', load: () => import('./database.ts') },
  hospital: { about: 'the hospitals of this database', load: () => import('./hospital.ts') },
  admin: { about: 'who runs the platform: grant, revoke, list', load: () => import('./admin.ts') },
  users: { about: 'a link to set a new password; second factors that were lost', load: () => import('./users.ts') },
  patient: { about: 'export and erase a patient’s record', load: () => import('./patient.ts') },
  sessions: { about: 'end the sessions of a user', load: () => import('./sessions.ts') },
  audit: { about: 'verify, anchor and export the audit log', load: () => import('./audit.ts') },
  partitions: { about: 'see and drop months of readings', load: () => import('./partitions.ts') },
  demo: { about: 'start the demo over', load: () => import('./demo.ts') },
  transcribe: { about: 'recordings to text', load: () => import('./speech.ts') },
  models: { about: 'list and install speech models', load: () => import('./speech.ts') },
  'evaluate-speech': { about: 'word and character error rates on recordings', load: () => import('./speech.ts') },
  'fine-tune-speech': { about: 'train on recordings of your own', load: () => import('./speech.ts') },
  entities: { about: 'medications, conditions, values in a text', load: () => import('./language/commands.ts') },
  assertions: { about: 'negated, possible, historical, family', load: () => import('./language/commands.ts') },
  sections: { about: 'the section a passage belongs to', load: () => import('./language/commands.ts') },
  sig: { about: 'medication instructions to fields', load: () => import('./language/commands.ts') },
}

/** Runs one command line and answers its exit status. */
export async function chartwire([name = '', ...args]: readonly string[]): Promise<number> {
  // `chartwire help keys` is `chartwire keys --help`.
  const [wanted, rest] = name === 'help' && args[0] !== undefined ? [args[0], ['--help']] : [name, args]
  const group = Object.hasOwn(groups, wanted) ? groups[wanted] : undefined
  if (group) return (await group.load()).run(wanted, rest)
  const isHelp = ['', '--help', '-h', 'help'].includes(wanted)
  const text = isHelp ? usage() : `There is no command "${wanted}".\n\n${usage()}`
  ;(isHelp ? process.stdout : process.stderr).write(text)
  return isHelp ? 0 : 2
}

function usage(): string {
  const width = Math.max(...Object.keys(groups).map((command) => command.length))
  return [
    'usage: npm run -s chartwire -- COMMAND [options]',
    '',
    ...Object.entries(groups).map(([command, { about }]) => `  ${command.padEnd(width)}  ${about}`),
    '',
    '`COMMAND --help` says more. What needs a database works on DATABASE_URL, else on the one of the data folder,',
    'whether the server runs or not.',
    '',
    'Exit codes: 0 done, 1 a fault was found or the command failed, 2 the command line makes no sense,',
    '3 a setting or the database cannot be used.',
    '',
  ].join('\n')
}
