import type { DemoAccess } from './demo-access.ts'

/** What a newcomer needs to see after `npm start`: addresses, logins, and one line that works as pasted. */
export function welcome(url: string, { hospital, logins }: DemoAccess): string {
  const [nurse] = logins
  const signIn = JSON.stringify({ email: nurse?.email, password: nurse?.password })
  const width = Math.max(...logins.map(({ email }) => email.length))
  return [
    '',
    `  Chartwire is running, with simulated patients in ${hospital}.`,
    '',
    `  Console        ${url}/`,
    `  API reference  ${url}/docs`,
    `  Health         ${url}/ready`,
    `  Metrics        ${url}/metrics`,
    '',
    '  Demo logins (generated for this data folder)',
    ...logins.map(({ role, email, password }) => `    ${role.padEnd(8)} ${email.padEnd(width)}  ${password}`),
    '',
    '  Try it:',
    `  curl -s ${url}/api/patients -H "authorization: Bearer $(curl -s ${url}/api/sessions -H 'content-type: application/json' -d '${signIn}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')"`,
    '',
    '  Stop with Ctrl-C.',
    '',
  ].join('\n')
}
