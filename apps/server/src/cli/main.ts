#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

enableCompileCache()
// After it, so that it is cached as well.
const { chartwire } = await import('./chartwire.ts')
process.exitCode = await chartwire(process.argv.slice(2))
