/**
 * Makes `dist/`, which is what others install: JavaScript with the schemas bundled in, and declarations that stand on
 * their own, without a word of the server's inside.
 *
 *     node build.ts
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')
const dist = join(import.meta.dirname, 'dist')
const emitted = join(import.meta.dirname, '.types')

/** What a consumer has beside the SDK. */
const resolvable = /^(@trpc\/(client|server)|zod|react|@tanstack\/react-query)(\/|$)/

rmSync(dist, { recursive: true, force: true })
await bundle()
rmSync(emitted, { recursive: true, force: true })
for (const name of ['api', 'sdk']) emitDeclarations(join(root, 'packages', name))
for (const entry of ['index', 'react/index', 'schemas'])
  shipDeclarations(join(emitted, `packages/sdk/src/${entry}.d.ts`))
// tRPC's own declarations name `Disposable`; a consumer's `lib` need not have it.
prepend(join(dist, 'router.d.ts'), '/// <reference lib="esnext.disposable" />\n')
rmSync(emitted, { recursive: true, force: true })

async function bundle(): Promise<void> {
  await build({
    entryPoints: ['index', 'react/index', 'schemas'].map((entry) => join(import.meta.dirname, `src/${entry}.ts`)),
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    external: ['@trpc/*', 'zod', 'react', '@tanstack/react-query'],
    logLevel: 'error',
  })
}

function emitDeclarations(folder: string): void {
  const options = [
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    // That is `npm test`'s business.
    '--noCheck',
    '--outDir',
    emitted,
    '--rootDir',
    root,
  ]
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, ...options], { stdio: 'inherit' })
}

/** Copies a declaration file and all it refers to into `dist/`. Fails on a reference that a consumer could not resolve. */
function shipDeclarations(file: string): void {
  const target = placeInDist(file)
  if (existsSync(target)) return
  mkdirSync(dirname(target), { recursive: true })
  // Holds the place: declarations may refer to each other.
  writeFileSync(target, '')
  const isRouter = file.endsWith('/app-router.d.ts')
  const text = (isRouter ? withoutServer(readFileSync(file, 'utf8')) : readFileSync(file, 'utf8')).replace(
    /(\bfrom |\bimport\(|\bimport )(['"])([^'"]+)\2/g,
    (_, keyword: string, quote: string, specifier: string) =>
      `${keyword}${quote}${follow(specifier, { file, target })}${quote}`,
  )
  writeFileSync(target, text)
}

function follow(specifier: string, { file, target }: { file: string; target: string }): string {
  if (resolvable.test(specifier)) return specifier
  const referred = declarationOf(specifier, file)
  if (!referred || !existsSync(referred)) throw new Error(`${relative(emitted, file)} refers to ${specifier}.`)
  shipDeclarations(referred)
  const path = relative(dirname(target), placeInDist(referred)).replace(/\.d\.ts$/, '.js')
  return path.startsWith('.') ? path : `./${path}`
}

function declarationOf(specifier: string, file: string): string | undefined {
  const api = join(emitted, 'packages/api/src')
  if (specifier === '@chartwire/api') return join(api, 'app-router.d.ts')
  if (specifier === '@chartwire/api/schemas') return join(api, 'schemas.d.ts')
  return specifier.startsWith('.') ? join(dirname(file), specifier.replace(/\.ts$/, '.d.ts')) : undefined
}

function placeInDist(file: string): string {
  const path = relative(join(emitted, 'packages'), file)
  return join(dist, path.startsWith('sdk/src/') ? path.slice('sdk/src/'.length) : path.replace('/src/', '/'))
}

/**
 * TypeScript writes every procedure's types out in the router's declaration. What is left to names is the context and
 * the metadata, which are the server's own affair, and the form of errors, which is written out here.
 */
function withoutServer(router: string): string {
  const codes = readFileSync(join(root, 'packages/db/src/kernel/errors.ts'), 'utf8').match(
    /export type \w*ErrorCode =(?:[^\n]*\n)(?: {2}\|[^\n]*\n)*/g,
  )
  const errors = readFileSync(join(emitted, 'packages/api/src/kernel/errors.d.ts'), 'utf8').match(
    /(?:\/\*\*[^\n]*\n)?export interface ApiErrorData \{[\s\S]*?\n\}\n/,
  )
  if (!codes || !errors) throw new Error('The types of errors have moved.')
  return [
    ...codes,
    ...errors,
    router
      .replace('export declare const', 'declare const')
      .replaceAll(/import\("[^"]+"\)\.(?:ApiContext|ProcedureMeta)\b/g, 'object')
      .replaceAll(/import\("[^"]+"\)\.ApiErrorData\b/g, 'ApiErrorData'),
  ].join('\n')
}

function prepend(file: string, line: string): void {
  writeFileSync(file, line + readFileSync(file, 'utf8'))
}
