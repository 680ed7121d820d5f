import { describeSettings } from './settings.ts'

/** `.env.example`: every setting, commented out, with its default as the value. */
export function environmentExample(): string {
  const blocks = describeSettings().map(({ name, wants, standard, meaning }) => {
    const value = ['embedded', 'generated', 'none'].includes(standard) ? '' : standard
    return `# ${meaning.replaceAll('`', '')}\n# ${wants}\n#${name}=${value}\n`
  })
  return [
    '# Copy to .env and uncomment what you change; the environment goes before this file.',
    '# Made by `npm run -s chartwire -- settings --env`.\n',
    ...blocks,
  ].join('\n')
}

/** The README's table. */
export function settingsMarkdown(): string {
  const rows = describeSettings().map(
    ({ name, standard, meaning }) =>
      `| \`${name}\` | ${standard === '' ? '' : code(standard)} | ${meaning.replaceAll('|', '\\|')} |`,
  )
  return `| variable | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n`
}

function code(standard: string): string {
  return ['embedded', 'generated', 'none'].includes(standard) ? standard : `\`${standard}\``
}
