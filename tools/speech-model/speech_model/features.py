"""The log-mel front end: 25 ms Hann frames every 10 ms, 64 bands from 60 to 7600 Hz, on audio of unit variance."""

import numpy as np

RATE = 16_000
FRAME, HOP, FFT, BANDS = 400, 160, 512, 64
# About -45 dB under speech: digital silence, dither and a quiet room look alike to the network.
FLOOR = 1e-2
# The stored features keep more than the network sees, so that training can raise the gain.
STORED_FLOOR = 1e-6


def mel_filters():
    """[257, 64] triangular filters."""
    to_mel = lambda hz: 2595 * np.log10(1 + hz / 700)
    corners = 700 * (10 ** (np.linspace(to_mel(60), to_mel(7600), BANDS + 2) / 2595) - 1)
    hz = np.arange(FFT // 2 + 1) * RATE / FFT
    rising = (hz[:, None] - corners[None, :-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[None, 2:] - hz[:, None]) / (corners[2:] - corners[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype("f4")


def fourier_kernel():
    """[514, 1, 400]: the windowed cosine and sine of each bin, so that a convolution is the transform."""
    phase = np.arange(FFT // 2 + 1)[:, None] * np.arange(FRAME)[None] * 2 * np.pi / FFT
    window = np.hanning(FRAME)
    return np.concatenate([np.cos(phase) * window, -np.sin(phase) * window])[:, None].astype("f4")


FILTERS = mel_filters()
WINDOW = np.hanning(FRAME).astype("f4")


def power_mel(wave):
    """[frames, 64] mel power of a wave of any level, after scaling it to unit variance."""
    wave = (wave - wave.mean()) / (wave.std() + 1e-7)
    frames = np.lib.stride_tricks.sliding_window_view(wave.astype("f4"), FRAME)[::HOP]
    return (np.abs(np.fft.rfft(frames * WINDOW, FFT)) ** 2).astype("f4") @ FILTERS
