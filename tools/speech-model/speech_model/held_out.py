"""Recordings by the voices that training never hears, for scoring with `chartwire evaluate-speech`."""

import json
import random
import wave
from pathlib import Path

import numpy as np

from .features import RATE
from .synthesise import resample, trim
from .text import Grammar, Source
from .voices import Espeak, Flite

SEED = 20_261


def write_wav(path, samples):
    pcm = (samples / (np.abs(samples).max() + 1e-6) * 0.5 * 32767).astype("<i2")
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(pcm.tobytes())


def held_out(folder, shared, count=60):
    """clinical-rms and clinical-held-out-espeak from the grammar, general-rms from general English."""
    source = Source(shared, SEED)
    sets = {
        "clinical-rms": (Flite("rms"), Grammar(random.Random(SEED)).sentence),
        "clinical-held-out-espeak": (Espeak(held_out=True), Grammar(random.Random(SEED + 1)).sentence),
        "general-rms": (Flite("rms"), lambda: source.rng.choice(source.general)),
    }
    for name, (speaker, sentence) in sets.items():
        target = Path(folder) / name
        target.mkdir(parents=True, exist_ok=True)
        rng, rows = random.Random(SEED + 2), []
        while len(rows) < count:
            text = sentence()
            samples, rate = speaker.say(text, rng)
            file = f"{len(rows):03d}.wav"
            write_wav(target / file, trim(resample(samples, rate, 1.0)))
            rows.append(json.dumps({"file": file, "text": text}))
        (target / "transcripts.jsonl").write_text("\n".join(rows) + "\n")
