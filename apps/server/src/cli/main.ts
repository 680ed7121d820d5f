#!/usr/bin/env node
// The `chartwire` command. A thin starter: each group of commands is one file, loaded only when one of its commands is
// called, so that a language command needs no database and starts at once.
import { enableCompileCache } from 'node:module'

enableCompileCache()

interface CommandGroup {
  /** Runs one command of the group and answers its exit status. */
  readonly run: (command: string, args: readonly string[]) => Promise<number>
}

const groups: Readonly<Record<string, () => Promise<CommandGroup>>> = {
  entities: () => import('./language/commands.ts'),
  assertions: () => import('./language/commands.ts'),
  sections: () => import('./language/commands.ts'),
  sig: () => import('./language/commands.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const load = Object.hasOwn(groups, name) ? groups[name] : undefined
if (load) process.exitCode = await (await load()).run(name, args)
else {
  const isHelp = name === '' || name === '--help' || name === '-h' || name === 'help'
  const usage = `usage: npm run -s chartwire -- COMMAND [options]\n\ncommands: ${Object.keys(groups).toSorted().join(', ')}\n`
  if (isHelp) process.stdout.write(usage)
  else process.stderr.write(`unknown command "${name}"\n${usage}`)
  process.exitCode = isHelp ? 0 : 2
}
