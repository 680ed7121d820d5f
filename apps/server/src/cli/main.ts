#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()

// Who reads only the first lines, as `head` does, closes the pipe: no fault, and nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

// After it, so that it is cached as well.
const { chartwire } = await import('./chartwire.ts')
process.exitCode = await chartwire(process.argv.slice(2))
