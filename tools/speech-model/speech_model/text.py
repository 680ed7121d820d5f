"""Training text: a clinical grammar, real clinical prose where it is at hand, general English, and random words.

Everything leaves here as it is spoken: lower-case letters, apostrophe and single spaces.
"""

import csv
import glob
import json
import random
import re
from pathlib import Path

from . import grammar
from .numbers import ONES, cardinal, decimal, ordinal, year

MIX = (("clinical", 0.42), ("prose", 0.22), ("general", 0.16), ("words", 0.20))
FORTUNE_FILES_LEFT_OUT = {
    "ascii-art", "knghtbrd", "songs-poems", "definitions", "limerick", "disclaimer", "translate-me", "debian", "perl", "tao",
}


def spoken(text):
    """Keeps what a speech recogniser can be asked for: a-z, apostrophe, single spaces."""
    text = text.lower().replace("’", "'").replace("-", " ")
    text = re.sub(r"[^a-z' ]", " ", text)
    text = re.sub(r"(?<![a-z])'|'(?![a-z])", " ", text)
    return re.sub(r" +", " ", text).strip()


class Grammar:
    def __init__(self, rng):
        self.rng = rng
        self.lists = {name: [item.strip() for item in body.replace("\n", "").split("|")] for name, body in grammar.LISTS.items()}

    def sentence(self):
        line = self.rng.choice(grammar.TEMPLATES)
        while "{" in line:
            line = re.sub(r"\{([a-z0-9]+)(?::(\d+)-(\d+))?\}", self._expand, line)
        return spoken(line)

    def _expand(self, match):
        name, low, high = match.groups()
        rng = self.rng
        if name == "n":
            return self._number(rng.randint(int(low), int(high)))
        if name in self.lists:
            return rng.choice(self.lists[name])
        if name == "age":
            return cardinal(rng.randint(1, 98))
        if name == "duration":
            return self._number(rng.randint(1, 28)) + " " + rng.choice(["days", "weeks", "months", "years", "hours", "minutes"])
        if name == "dose":
            if rng.random() < 0.25:
                return decimal(rng.randint(0, 12), rng.choice(["5", "25", "75", "1", "2", "3", "125", "05"]))
            return self._number(rng.choice(grammar.DOSES))
        if name == "drug":
            return rng.choice(grammar.DRUGS)
        if name == "ordinal":
            return ordinal(rng.randint(1, 31))
        if name == "year":
            return year(rng.randint(1960, 2027)) if rng.random() < 0.7 else "two thousand and " + cardinal(rng.randint(1, 60))
        raise KeyError(name)

    def _number(self, n):
        roll = self.rng.random()
        if 100 < n < 1000 and roll < 0.12:
            return ONES[n // 100] + " " + (cardinal(n % 100) if n % 100 >= 10 else "oh " + ONES[n % 10])
        return cardinal(n, " and " if roll > 0.7 else " ")


def read_figures(text):
    """Figures as words, as far as that is plain; what it cannot read stays a figure."""
    text = re.sub(r"(\d+)\s*/\s*(\d+)", r"\1 over \2", text)
    text = re.sub(r"(\d+)\.(\d+)", lambda m: decimal(int(m[1]), m[2]) if len(m[1]) < 4 else m[0], text)
    text = text.replace("%", " percent")
    text = re.sub(r"\b(\d{1,3})-(year|day|week|month|hour)", r"\1 \2", text)
    return re.sub(r"(?<![\dA-Za-z])\d{1,4}(?![\dA-Za-z])", lambda m: " " + cardinal(int(m[0])) + " ", text)


def _clauses(paragraph, longest=17):
    for piece in re.split(r"(?<=[.!?;:])\s+|,\s+|--|\n", paragraph):
        piece = read_figures(piece)
        if re.search(r"[0-9@#$&*/\\<>_=|{}\[\]()+]", piece):
            continue
        words = spoken(piece).split()
        # Capitals run together (abbreviations) are read letter by letter by one voice and as a word by the next.
        if re.search(r"\b[A-Z]{2,}", piece) or not 3 <= len(words) <= longest:
            continue
        if any(len(w) > 16 or (len(w) == 1 and w not in "ai") for w in words):
            continue
        yield " ".join(words)


def clinical_prose(shared):
    """Dialogues and notes of ACI-Bench, MTS-Dialog and PriMock57 (each CC BY 4.0), where the data folder is present."""
    found = set()
    for name in ("aci-bench", "mts-dialog", "primock57"):
        path = Path(shared) / "data/nlp" / name / "dev.jsonl"
        if not path.exists():
            continue
        for line in path.open(encoding="utf8"):
            row = json.loads(line)
            dialogue = row.get("dialogue") or ""
            if isinstance(dialogue, list):
                dialogue = "\n".join(turn["text"] for turn in dialogue)
            dialogue = re.sub(r"<[^>]*>|\[[a-z_]+\]|^[A-Z][A-Za-z_ ]{0,18}:", "", dialogue, flags=re.M)
            for part in (dialogue, row.get("note") or ""):
                found.update(_clauses(part))
    return sorted(found)


def general_english():
    """Debian's fortunes and the example sentences of WordNet."""
    found = set()
    for name in sorted(glob.glob("/usr/share/games/fortunes/*")):
        base = name.rsplit("/", 1)[1]
        if "." in base or base in FORTUNE_FILES_LEFT_OUT:
            continue
        body = Path(name).read_text(encoding="utf8", errors="ignore")
        for paragraph in body.split("\n%\n"):
            found.update(_clauses(re.sub(r"\n\t+--.*", " ", paragraph, flags=re.S).replace("\n", " ")))
    for name in sorted(glob.glob("/usr/share/wordnet/data.*")):
        for line in open(name, encoding="utf8", errors="ignore"):
            gloss = line.partition(" | ")[2]
            for example in re.findall(r'"([^"]+)"', gloss):
                found.update(_clauses(example))
    return sorted(found)


def word_lists(shared):
    """(everyday words, medical words, drug names), each a sorted list of single words."""
    words = set()
    for line in open("/usr/share/dict/words", encoding="utf8"):
        word = line.strip()
        if re.fullmatch(r"[a-z]{2,13}", word):
            words.add(word)
    vocab = Path(shared) / "data/vocab"
    medical, drugs = set(), set(grammar.DRUGS)
    for table in ("symptoms", "anatomy", "procedures", "conditions_lay", "labs", "conditions"):
        path = vocab / f"{table}.tsv"
        if path.exists():
            for row in csv.reader(path.open(encoding="utf8"), delimiter="\t"):
                medical.update(w for w in spoken(row[0]).split() if 4 <= len(w) <= 15)
    path = vocab / "drugs.tsv"
    if path.exists():
        for row in csv.DictReader(path.open(encoding="utf8"), delimiter="\t"):
            if row["kind"] in ("ingredient", "brand", "synonym") and re.fullmatch(r"[a-z]{5,15}", row["name"].lower()):
                drugs.add(row["name"].lower())
    return sorted(words), sorted(medical), sorted(drugs)


def development_sentences(shared):
    """Sentences of the development recordings, which never reach training or the language model."""
    held = set()
    for path in Path(shared).glob("data/speech/*/transcripts.jsonl"):
        held.update(json.loads(line)["text"] for line in path.open(encoding="utf8"))
    return held


class Source:
    """Draws training sentences; the same seed gives the same text."""

    def __init__(self, shared, seed):
        self.rng = random.Random(seed)
        self.grammar = Grammar(self.rng)
        self.prose = clinical_prose(shared)
        self.general = general_english()
        self.words, self.medical, self.drugs = word_lists(shared)
        self.held_out = development_sentences(shared)

    def draw(self):
        while True:
            text = self._draw()
            if text and len(text) < 150 and text not in self.held_out:
                return text

    def _draw(self):
        rng = self.rng
        kind = rng.choices([k for k, _ in MIX], [w for _, w in MIX])[0]
        if kind == "prose" and self.prose:
            text = rng.choice(self.prose)
            return text + " " + rng.choice(["comma", "period", "full stop"]) if rng.random() < 0.06 else text
        if kind == "general" and self.general:
            return rng.choice(self.general)
        if kind == "words":
            return " ".join(self._word() for _ in range(rng.randint(2, 8)))
        return self.grammar.sentence()

    def _word(self):
        roll = self.rng.random()
        if roll < 0.5:
            return self.rng.choice(self.words)
        if roll < 0.68:
            return self.rng.choice(self.medical or self.words)
        if roll < 0.8:
            return self.rng.choice(grammar.DRUGS)
        if roll < 0.86:
            return self.rng.choice(self.drugs)
        return cardinal(self.rng.randint(0, 1100), self.rng.choice([" ", " and "]))
