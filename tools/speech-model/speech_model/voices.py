"""The Debian synthesisers: espeak-ng and flite through their libraries, festival through its command.

Each speaker is an object with `name` and `say(text, rng) -> (float32 wave, sample rate)`.
"""

import ctypes
import os
import subprocess
import tempfile
import wave

import numpy as np

ACCENTS = ["en-us"] * 5 + ["en"] * 3 + ["en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-us-nyc", "en-029"]
VARIANTS = """m1 m2 m3 m4 m5 m6 m8 f1 f2 f3 f4 Alex Alicia Andrea Annie Denis Diogo Gene Henrique Hugo Jacky Lee Marco Mario
Michael Mike Nguyen Storm Tweaky adam anika anikaRobot antonio aunty belinda benjamin caleb david ed edward gustave iven iven2 iven3
john kaukovalta klatt klatt2 klatt3 klatt4 klatt5 klatt6 linda marcelo max michel miguel norbert pablo paul pedro quincy robert
sandro shelby steph2 steph3 travis victor zac""".split() + [""] * 6
# Kept out of training for evaluation: these, flite's rms and festival's ked.
HELD_OUT_ACCENTS, HELD_OUT_VARIANTS = ["en-us", "en", "en-gb-x-gbclan"], "m7 f5 Andy boris steph rob".split()


class Espeak:
    """One process-wide engine; voice, rate, pitch and range are drawn afresh for every sentence."""

    RATE, PITCH, RANGE = 1, 3, 4

    def __init__(self, held_out=False):
        self.name = "espeak-ng"
        self.lib = ctypes.CDLL("libespeak-ng.so.1")
        self.sample_rate = self.lib.espeak_Initialize(2, 0, None, 0)
        self.accents, self.variants = (HELD_OUT_ACCENTS, HELD_OUT_VARIANTS) if held_out else (ACCENTS, VARIANTS)
        self.parts = []
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self.callback = callback(self._receive)
        self.lib.espeak_SetSynthCallback(self.callback)

    def _receive(self, samples, count, _events):
        if samples and count > 0:
            self.parts.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def say(self, text, rng):
        accent, variant = rng.choice(self.accents), rng.choice(self.variants)
        voice = accent + ("+" + variant if variant else "")
        self.parts.clear()
        if self.lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {voice}")
        for setting, value in ((self.RATE, rng.uniform(110, 230)), (self.PITCH, rng.uniform(20, 80)), (self.RANGE, rng.uniform(25, 80))):
            self.lib.espeak_SetParameter(setting, int(value), 0)
        data = text.encode()
        self.lib.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        self.lib.espeak_Synchronize()
        return np.concatenate(self.parts).astype("f4") / 32768, self.sample_rate


class _FliteWave(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_char_p), ("sample_rate", ctypes.c_int), ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int), ("samples", ctypes.POINTER(ctypes.c_short)),
    ]


class _FliteVoice(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("features", ctypes.c_void_p)]


class Flite:
    """A voice derived from one recorded human: slt, awb, kal or kal16 (rms is held out)."""

    MEAN_PITCH = {"slt": 170, "awb": 110, "kal": 105, "kal16": 105, "rms": 100}

    def __init__(self, voice):
        self.name = "flite-" + voice
        self.pitch = self.MEAN_PITCH[voice]
        self.lib = ctypes.CDLL("libflite.so.1", mode=ctypes.RTLD_GLOBAL)
        for part in ("cmulex", "usenglish"):
            ctypes.CDLL(f"libflite_{part}.so.1", mode=ctypes.RTLD_GLOBAL)
        self.lib.flite_init()
        register = getattr(ctypes.CDLL(f"libflite_cmu_us_{voice}.so.1"), f"register_cmu_us_{voice}")
        register.restype = ctypes.POINTER(_FliteVoice)
        register.argtypes = [ctypes.c_char_p]
        self.voice = register(None)
        self.lib.flite_text_to_wave.restype = ctypes.POINTER(_FliteWave)
        self.lib.flite_text_to_wave.argtypes = [ctypes.c_char_p, ctypes.POINTER(_FliteVoice)]
        self.lib.delete_wave.argtypes = [ctypes.POINTER(_FliteWave)]
        self.lib.flite_feat_set_float.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_float]

    def say(self, text, rng):
        features = self.voice.contents.features
        self.lib.flite_feat_set_float(features, b"duration_stretch", rng.uniform(0.75, 1.3))
        self.lib.flite_feat_set_float(features, b"int_f0_target_mean", self.pitch * rng.uniform(0.8, 1.3))
        self.lib.flite_feat_set_float(features, b"int_f0_target_stddev", rng.uniform(8, 25))
        made = self.lib.flite_text_to_wave(text.encode(), self.voice)
        size = made.contents.num_samples
        samples = np.ctypeslib.as_array(made.contents.samples, (size,)).astype("f4") / 32768
        rate = made.contents.sample_rate
        self.lib.delete_wave(made)
        return samples, rate


class Festival:
    """A festival voice; sentences are spoken in batches, since each start of the program costs a second."""

    def __init__(self, voice, batch=60):
        self.name = "festival-" + voice
        self.voice, self.batch = voice, batch

    def say_all(self, texts, rng):
        for start in range(0, len(texts), self.batch):
            part = texts[start : start + self.batch]
            with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
                lines = [f"(voice_{self.voice})"]
                for i, text in enumerate(part):
                    lines.append(f"(Parameter.set 'Duration_Stretch {rng.uniform(0.8, 1.25):.3f})")
                    lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{text}")) "{folder}/{i}.wav")')
                script = os.path.join(folder, "say.scm")
                with open(script, "w") as out:
                    out.write("\n".join(lines))
                subprocess.run(["festival", "-b", script], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for i, text in enumerate(part):
                    path = f"{folder}/{i}.wav"
                    if not os.path.exists(path):
                        continue
                    with wave.open(path) as sound:
                        samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype("f4") / 32768
                        rate = sound.getframerate()
                    yield text, samples, rate


def speakers():
    """name -> (maker, share of the hours). Human-derived voices make up more than half."""
    table = {"espeak-ng": (Espeak, 0.44)}
    for voice, share in (("slt", 0.14), ("awb", 0.14), ("kal16", 0.08), ("kal", 0.04)):
        table["flite-" + voice] = (lambda voice=voice: Flite(voice), share)
    for voice, share in (("kal_diphone", 0.08), ("cmu_us_slt_arctic_hts", 0.08)):
        table["festival-" + voice] = (lambda voice=voice: Festival(voice), share)
    return table
