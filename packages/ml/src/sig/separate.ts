const GLUED: readonly (readonly [RegExp, string])[] = [
  // "bidx9", "dailyx5", "bedtimex30", "bidprnfor", "tidprnas", "intprnas"
  [/\b(bid|tid|qid|qd|qhs|hs|daily|bedtime|weekly|hours?|hrs?|h|day|night|am|pm|int)(?=x ?\d)/gi, '$1 '],
  [/\b(bid|tid|qid|qd|qhs|hs|daily|bedtime|weekly|hours?|hrs?|day|night|am|pm|int|pain|po)(?=prn)/gi, '$1 '],
  [/prn(?=as\b|for\b|if\b|when\b|pain|anxiety|nausea)/gi, 'prn '],
  [/\b(bid|tid|qid)(?=[a-z]{3,})/gi, '$1 '],
  [/\bx(?=\d)/gi, 'x '],
  [
    /\b(\d+)(?=(?:tabs?|caps?|tablets?|capsules?|nights?|days?|weeks?|puffs?|drops?|units?|ml|mg|mcg|bid|tid|qid)\b)/gi,
    '$1 ',
  ],
  [/\b(tabs?|caps?|dose)(?=\d)/gi, '$1 '],
  [/\b(\d+)c\b(?! ?f)/gi, '$1 capsule'],
  [/\bevery ?day\b/gi, 'every day'],
]

/** Puts back the blanks that pharmacy systems lose: `1 tabs sl bidx9 days` is `1 tabs sl bid x 9 days`. */
export function separateGlued(text: string): string {
  return GLUED.reduce((plain, [pattern, replacement]) => plain.replace(pattern, replacement), text)
}
