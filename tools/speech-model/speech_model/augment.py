"""Augmentation on stored log mel power: cheap, so that one thread can spend its time on the network."""

import numpy as np

from .features import BANDS, FLOOR

BAND = np.arange(BANDS)


def _lookup(mel, axis, at):
    """Linear interpolation of `mel` at fractional indices along an axis."""
    low = np.clip(at.astype(int), 0, mel.shape[axis] - 2)
    weight = np.clip(at - low, 0, 1).astype("f4")
    weight = weight[:, None] if axis == 0 else weight[None]
    a, b = mel.take(low, axis), mel.take(low + 1, axis)
    return a + (b - a) * weight


def _band_curve(rng):
    """Tilt and band limits of a microphone or telephone line, in nepers a band."""
    curve = (BAND / BANDS - 0.5) * rng.uniform(-3, 3)
    if rng.random() < 0.25:
        curve = curve - np.maximum(0, BAND - rng.uniform(38, 62)) * rng.uniform(0.3, 1.2)
    if rng.random() < 0.25:
        curve = curve - np.maximum(0, rng.uniform(1, 9) - BAND) * rng.uniform(0.3, 1.0)
    return curve + np.interp(BAND, np.linspace(0, 63, 7), rng.normal(0, 0.35, 7))


def augment(mel, rng):
    """float16 log power [frames, 64] -> float32 log mel as the network sees it, with its own length."""
    mel = mel.astype("f4")
    if rng.random() < 0.6:
        stretch = rng.uniform(0.85, 1.18)
        mel = _lookup(mel, 0, np.arange(0, len(mel) - 1, stretch))
    if rng.random() < 0.6:
        # Vocal tract length: bands move by a common factor.
        mel = _lookup(mel, 1, np.minimum(BAND * rng.uniform(0.87, 1.15), BANDS - 1.001))
    if rng.random() < 0.7:
        mel = mel + _band_curve(rng).astype("f4")
    # Now and then a long silence, so that noise alone is learnt to be no word.
    before, after = rng.integers(3, 200 if rng.random() < 0.12 else 50, 2)
    power = np.exp(np.pad(mel, ((before, after), (0, 0)), constant_values=-30))
    power *= np.exp(rng.uniform(-1.6, 1.6))
    if rng.random() < 0.8:
        power += _noise(power, rng)
    mel = np.log(power + FLOOR)
    return mel - mel.mean(0)


def _noise(power, rng):
    """Coloured noise 3 to 40 dB under the speech, steady or in swells, as chi-square power of a few bins a band."""
    ratio = 10 ** (-rng.uniform(0.3, 4.0))
    colour = np.exp((BAND / BANDS - 0.5) * rng.uniform(-6, 1) + np.interp(BAND, np.linspace(0, 63, 6), rng.normal(0, 0.7, 6)))
    draw = rng.random(power.shape, dtype="f4") * rng.random(power.shape, dtype="f4")
    noise = -np.log(np.maximum(draw, 1e-9)) * 0.5 * colour.astype("f4")
    if rng.random() < 0.3:
        swell = np.interp(np.arange(len(power)), np.linspace(0, len(power), 8), rng.uniform(-2, 1, 8))
        noise *= np.exp(swell)[:, None].astype("f4")
    return noise * (ratio * power.sum() / (noise.sum() + 1e-9))


def mask(mel, rng):
    """SpecAugment: two bands and a few short stretches of time set to the mean."""
    for _ in range(2):
        start = rng.integers(0, BANDS - 10)
        mel[:, start : start + rng.integers(0, 10)] = 0
    for _ in range(1 + len(mel) // 150):
        start = rng.integers(0, len(mel))
        mel[start : start + rng.integers(0, 13)] = 0
    return mel
