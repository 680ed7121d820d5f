"""Speaks training sentences and stores their mel power, so that training itself never touches a wave.

A shard is `<name>.f2` (float16 log mel power, all sentences end to end) and `<name>.json` ([first frame, frames, text, voice]).
"""

import json
import random
import time
import zlib
from pathlib import Path

import numpy as np
from scipy import fft, signal

from .features import RATE, STORED_FLOOR, power_mel
from .text import Source
from .voices import speakers

LONGEST_S = 11


def resample(samples, rate, speed):
    """Band-limited change of rate and speed at once; speed 1.1 raises pitch and formants by ten per cent."""
    size = fft.next_fast_len(len(samples), real=True)
    target = int(round(size * RATE / rate / speed))
    target += target % 2
    spectrum = fft.rfft(samples, size)
    wanted = target // 2 + 1
    spectrum = spectrum[:wanted] if len(spectrum) >= wanted else np.pad(spectrum, (0, wanted - len(spectrum)))
    return (fft.irfft(spectrum, target)[: int(len(samples) * target / size)] * target / size).astype("f4")


def trim(samples, threshold=0.01):
    loud = np.flatnonzero(np.abs(samples) > threshold * np.abs(samples).max())
    return samples[max(0, loud[0] - 640) : loud[-1] + 960]


def room(samples, rng, noise):
    """An exponentially decaying noise tail, 50 to 350 ms, at a random strength."""
    length = int(rng.uniform(0.05, 0.35) * RATE)
    tail = noise.standard_normal(length).astype("f4") * np.exp(-np.arange(length) / (length / 6.9)).astype("f4")
    tail *= rng.uniform(0.1, 0.9) / np.sqrt((tail**2).sum())
    tail[0] = 1
    return signal.fftconvolve(samples, tail).astype("f4")[: len(samples) + length // 3]


def vary(samples, rate, rng, noise):
    speed = rng.uniform(0.85, 1.18) if rng.random() < 0.7 else 1.0
    out = trim(resample(samples, rate, speed))
    return room(out, rng, noise) if rng.random() < 0.35 else out


class Shard:
    def __init__(self, folder, name):
        self.path = Path(folder) / name
        self.data = open(f"{self.path}.f2.part", "wb")
        self.rows, self.frames = [], 0

    def add(self, samples, text, voice):
        if not 0.3 * RATE < len(samples) < LONGEST_S * RATE:
            return
        mel = np.log(np.maximum(power_mel(samples), STORED_FLOOR)).astype("f2")
        self.data.write(mel.tobytes())
        self.rows.append([self.frames, len(mel), text, voice])
        self.frames += len(mel)

    def close(self):
        self.data.close()
        Path(f"{self.path}.f2.part").rename(f"{self.path}.f2")
        Path(f"{self.path}.json").write_text(json.dumps(self.rows))


def make_shard(folder, voice, number, hours, shared):
    """One shard of one voice; the same arguments give the same shard. Does nothing when it exists."""
    name = f"{voice}-{number:03d}"
    if (Path(folder) / f"{name}.json").exists():
        return
    seed = zlib.crc32(name.encode())
    rng, noise, source = random.Random(seed), np.random.default_rng(seed), Source(shared, seed)
    speaker, shard, started = speakers()[voice][0](), Shard(folder, name), time.time()
    copies = 1 if voice == "espeak-ng" else 2
    while shard.frames < hours * 360_000:
        if hasattr(speaker, "say_all"):
            spoken = speaker.say_all([source.draw() for _ in range(speaker.batch)], rng)
        else:
            spoken = ((text, *speaker.say(text, rng)) for text in [source.draw()])
        for text, samples, rate in spoken:
            for _ in range(copies):
                shard.add(vary(samples, rate, rng, noise), text, speaker.name)
    shard.close()
    print(f"{name}: {len(shard.rows)} sentences, {shard.frames / 360_000:.2f} h in {time.time() - started:.0f} s", flush=True)


def synthesise(folder, shared, hours, rounds=1, first=0):
    """`hours` of speech a round over all voices, in their shares."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number in range(first, first + rounds):
        for voice, (_, share) in speakers().items():
            make_shard(folder, voice, number, hours * share, shared)
