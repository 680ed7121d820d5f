/** Letters that no accent can be taken off. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
}

/** The words of a hotword as it is written: "Nowak-Łukasz" is two. */
export function hotWords(phrase: string): string[] {
  return phrase
    .normalize('NFC')
    .split(/[^\p{L}\p{M}'’]+/u)
    .filter((word) => /\p{L}/u.test(word))
}

/** As it is heard: in small letters, an apostrophe as vocabularies have it. */
export function asHeard(word: string): string {
  return word.toLowerCase().replaceAll('’', "'")
}

/** In the letters a to z, for vocabularies that have no others: "Müller" is heard as "muller". */
export function inPlainLetters(word: string): string {
  return asHeard(word)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z']/g, (letter) => PLAIN[letter] ?? letter)
}
