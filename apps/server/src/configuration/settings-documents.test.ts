import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { projectRoot } from './environment.ts'
import { describeSettings, readSettings } from './settings.ts'
import { environmentExample, settingsMarkdown } from './settings-documents.ts'

test('.env.example is what `chartwire settings --env` prints', () => {
  expect(readFileSync(join(projectRoot, '.env.example'), 'utf8')).toBe(environmentExample())
})

test('the table of settings in the README is what `chartwire settings --markdown` prints', () => {
  expect(readFileSync(join(projectRoot, 'README.md'), 'utf8')).toContain(settingsMarkdown())
})

test('every setting says what it wants and what it means', () => {
  const silent = describeSettings().filter(({ wants, meaning }) => !wants || !meaning.endsWith('.'))
  expect(silent).toEqual([])
})

test('.env.example with everything uncommented is a valid .env and changes nothing', () => {
  const uncommented = environmentExample().replaceAll(/^#(?=[A-Z_]+=)/gm, '')
  expect(readSettings(parseEnv(uncommented))).toEqual(readSettings({}))
})
