"""Training that can stop and go on at any time: one checkpoint file holds weights, average, optimiser and position."""

import glob
import json
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from .augment import augment, mask
from .model import AcousticModel, encode


class Corpus:
    """The shards present when it is made; draws batches of like length."""

    def __init__(self, folder, longest_frames=1000):
        self.rows = []
        for index in sorted(glob.glob(os.path.join(folder, "*.json"))):
            mel = np.memmap(index[:-5] + ".f2", dtype="f2", mode="r").reshape(-1, 64)
            for start, frames, text, _voice in json.load(open(index)):
                if frames <= longest_frames and text:
                    self.rows.append((mel, start, frames, encode(text)))
        self.hours = sum(row[2] for row in self.rows) / 360_000

    def batch(self, rng, frames):
        """Padded features [sentences, frames, 64], their lengths, and the targets."""
        pool = [self.rows[i] for i in rng.integers(0, len(self.rows), 300)]
        pool.sort(key=lambda row: row[2])
        start = int(rng.integers(0, len(pool)))
        made, targets, total = [], [], 0
        for mel, first, length, target in pool[start:] + pool[:start][::-1]:
            if total + length > frames and made:
                break
            made.append(mask(augment(mel[first : first + length], rng), rng))
            targets.append(target)
            total += length
        lengths = torch.tensor([len(m) for m in made])
        padded = np.zeros((len(made), int(lengths.max()), 64), "f4")
        for i, m in enumerate(made):
            padded[i, : len(m)] = m
        return torch.from_numpy(padded), lengths, targets


def learning_rate(step, peak, decay, warmup=200):
    """Level after the warm-up, so that training can be extended; `decay` = (first, last) step of a final slope to zero."""
    slope = 1.0 if decay is None else max(0.0, min(1.0, (decay[1] - step) / (decay[1] - decay[0])))
    return peak * min(1, (step + 1) / warmup) * slope + 1e-6


def loss_of(model, mel, lengths, targets):
    with torch.autocast(mel.device.type, dtype=torch.bfloat16):
        logits = model(mel)
    logp = F.log_softmax(logits.float(), -1).transpose(0, 1)
    flat = torch.tensor([c for t in targets for c in t])
    sizes = torch.tensor([len(t) for t in targets])
    # CTC needs a frame for every character; a sentence spoken faster than that teaches nothing.
    return F.ctc_loss(logp.cpu(), flat, (lengths + 1) // 2, sizes, blank=0, zero_infinity=True)


def train(folder, checkpoint, minutes, peak=2e-3, decay=None, seconds=60, size="small", threads=1,
          device="cpu", start_from=None):
    """Trains for `minutes` or to the end of the decay, saving every two minutes; returns the averaged model."""
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = AcousticModel(size).to(device)
    average = AcousticModel(size).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=1e-2, betas=(0.9, 0.98))
    state = {"step": 0, "seconds": 0.0, "wall": 0.0, "curve": []}
    if os.path.exists(checkpoint):
        saved = torch.load(checkpoint, weights_only=True, map_location=device)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        state = saved["state"]
    else:
        if start_from is not None:
            model.load_state_dict(start_from)
        average.load_state_dict(model.state_dict())
    corpus = Corpus(folder)
    rng = np.random.default_rng(1000 + state["step"])
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters, {corpus.hours:.1f} h, step {state['step']}", flush=True)
    started = last_saved = time.time()
    losses, heard = [], 0.0
    model.train()

    def save():
        nonlocal last_saved
        now = time.time()
        state["wall"] += now - last_saved
        last_saved = now
        saved = {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                 "state": state, "size": size}
        torch.save(saved, checkpoint + ".part")
        os.replace(checkpoint + ".part", checkpoint)

    while time.time() - started < minutes * 60 and (decay is None or state["step"] < decay[1]):
        step = state["step"]
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, peak, decay)
        mel, lengths, targets = corpus.batch(rng, seconds * 100)
        loss = loss_of(model, mel.to(device), lengths, targets)
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        keep = min(0.995, 1 - 10 / (step + 20))
        with torch.no_grad():
            for a, b in zip(average.parameters(), model.parameters()):
                a.lerp_(b, 1 - keep)
        state["step"] += 1
        state["seconds"] += float(lengths.sum()) / 100
        heard += float(lengths.sum()) / 100
        losses.append(loss.item())
        if state["step"] % 50 == 0:
            mean = float(np.mean(losses[-50:]))
            state["curve"].append([state["step"], round(state["seconds"] / 3600, 2), round(mean, 4)])
            print(f"{state['step']} loss {mean:.3f} heard {state['seconds'] / 3600:.1f} h, "
                  f"{heard / (time.time() - started):.0f} x real time", flush=True)
        if time.time() - last_saved > 120:
            save()
            # New shards may have arrived; they are taken up without a restart.
            corpus = Corpus(folder)
    save()
    return average
