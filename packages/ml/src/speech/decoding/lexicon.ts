/**
 * A trie over the letters of a vocabulary. Children are linked lists in typed arrays: 60,000 words take about 3 MB.
 * Node 0 is the root; -1 stands for "no such prefix".
 */
export class Lexicon {
  private letter: Uint16Array
  private child: Int32Array
  private sibling: Int32Array
  private wordAt: Int32Array
  private bestBelow: Float32Array
  private size = 1

  /** `score(word)` is the word's log probability on its own; the best one below a node guides the beam. */
  constructor(words: readonly string[], classOf: ReadonlyMap<string, number>, score: (word: string) => number) {
    const capacity = words.reduce((sum, word) => sum + word.length, 2)
    this.letter = new Uint16Array(capacity)
    this.child = new Int32Array(capacity).fill(-1)
    this.sibling = new Int32Array(capacity).fill(-1)
    this.wordAt = new Int32Array(capacity).fill(-1)
    this.bestBelow = new Float32Array(capacity).fill(-Infinity)
    words.forEach((word, id) => this.add(word, id, classOf, score(word)))
  }

  step(node: number, letter: number): number {
    if (node < 0) return -1
    let at = this.child[node] ?? -1
    while (at >= 0 && this.letter[at] !== letter) at = this.sibling[at] ?? -1
    return at
  }

  /** Index of the word that ends here, or -1. */
  word(node: number): number {
    return node < 0 ? -1 : (this.wordAt[node] ?? -1)
  }

  best(node: number): number {
    return node < 0 ? -Infinity : (this.bestBelow[node] ?? -Infinity)
  }

  private add(word: string, id: number, classOf: ReadonlyMap<string, number>, score: number): void {
    const path = Array.from(word, (letter) => classOf.get(letter))
    if (path.length === 0 || path.includes(undefined)) return
    let node = 0
    for (const letter of path) {
      if (letter === undefined) return
      let next = this.step(node, letter)
      if (next < 0) {
        next = this.size++
        this.letter[next] = letter
        this.sibling[next] = this.child[node] ?? -1
        this.child[node] = next
      }
      node = next
      this.bestBelow[node] = Math.max(this.bestBelow[node] ?? -Infinity, score)
    }
    this.wordAt[node] = id
  }
}
