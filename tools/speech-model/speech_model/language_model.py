"""A trigram model in the ARPA format over the training text, and the lexicon that goes with it."""

import collections
import gzip
import math
from pathlib import Path

from . import grammar
from .numbers import ONES, TENS
from .text import Grammar, Source, spoken

DISCOUNT = 0.7
KEEP = {2: 2, 3: 3}
LETTERS = "a b c d e f g h i j k l m n o p q r s t u v w x y z".split()


def sentences(shared, seed, draws):
    """Grammar and prose weigh more than general English: the model is for dictation."""
    source = Source(shared, seed)
    grammatical = Grammar(source.rng)
    for _ in range(draws):
        text = grammatical.sentence()
        if text not in source.held_out:
            yield text
    for text in source.prose:
        if text not in source.held_out:
            yield from (text, text, text)
    for text in source.general:
        if text not in source.held_out:
            yield text


def lexicon(shared, seed, counts):
    source = Source(shared, seed)
    words = {w for w, n in counts.items() if n >= 2 and not w.startswith("<")}
    words.update(grammar.DRUGS, source.words, ONES, TENS, LETTERS)
    words.update(d for d in source.drugs if len(d) <= 14)
    for body in grammar.LISTS.values():
        words.update(w for item in body.split("|") for w in spoken(item.replace("{", " ")).split())
    return sorted(words)


def estimate(lines):
    counts = {order: collections.Counter() for order in (1, 2, 3)}
    for line in lines:
        words = ["<s>", *line.split()]
        counts[1].update(words)
        counts[2].update(zip(words, words[1:]))
        counts[3].update(zip(words, words[1:], words[2:]))
    return counts


def write_arpa(path, counts, vocabulary):
    """Interpolated absolute discounting; what pruned n-grams leave goes to the shorter context."""
    known = set(vocabulary) | {"<s>"}
    total = sum(n for w, n in counts[1].items() if w in known and w != "<s>")
    unigram = {w: (counts[1].get(w, 0) + 0.1) / (total + 0.1 * len(known)) for w in known}
    grams = {1: unigram}
    backoff = {1: {}, 2: {}}
    for order in (2, 3):
        kept = {g: n for g, n in counts[order].items() if n >= KEEP[order] and all(w in known for w in g)}
        if order == 3:
            kept = {g: n for g, n in kept.items() if g[:2] in grams[2] and g[1:] in grams[2]}
        context_total = collections.Counter()
        for g, n in counts[order].items():
            context_total[g[:-1]] += n
        mass = collections.defaultdict(float)
        for g, n in kept.items():
            mass[g[:-1]] += (n - DISCOUNT) / context_total[g[:-1]]
        probabilities = {}
        for g, n in kept.items():
            context = g[:-1]
            shorter = unigram[g[-1]] if order == 2 else score(grams, backoff, g[1:])
            probabilities[g] = (n - DISCOUNT) / context_total[context] + (1 - mass[context]) * shorter
        grams[order] = probabilities
        for context in mass:
            backoff[order - 1][context if order == 3 else context[0]] = 1 - mass[context]
    lines = ["\\data\\"] + [f"ngram {order}={len(grams[order])}" for order in (1, 2, 3)]
    log = lambda p: f"{math.log10(max(p, 1e-9)):.2f}"
    for order in (1, 2, 3):
        lines.append(f"\n\\{order}-grams:")
        for g in sorted(grams[order]):
            line = f"{log(grams[order][g])}\t{g if order == 1 else ' '.join(g)}"
            if order < 3 and g in backoff[order]:
                line += f"\t{log(backoff[order][g])}"
            lines.append(line)
    lines.append("\n\\end\\\n")
    with gzip.GzipFile(path, "wb", compresslevel=9, mtime=0) as out:
        out.write("\n".join(lines).encode())
    return {order: len(grams[order]) for order in grams}


def score(grams, backoff, pair):
    if pair in grams[2]:
        return grams[2][pair]
    return backoff[1].get(pair[0], 1.0) * grams[1][pair[1]]


def build(folder, shared, seed=99, draws=150_000):
    Path(folder).mkdir(parents=True, exist_ok=True)
    counts = estimate(sentences(shared, seed, draws))
    vocabulary = lexicon(shared, seed, counts[1])
    sizes = write_arpa(Path(folder) / "language-model.arpa.gz", counts, vocabulary)
    print(f"{sizes[1]:,} words, {sizes[2]:,} pairs, {sizes[3]:,} triples")
