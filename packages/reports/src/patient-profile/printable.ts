/**
 * A text without the controls that turn the letters after it around: one in a name would print the digits of a birth date or a
 * telephone number backwards. Which way a script runs is known without them.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')
}
