"""Goes on training a shipped model on other people's recordings; called by `chartwire fine-tune-speech`."""

import json
import math
import shutil
import tempfile
from pathlib import Path

import numpy as np

from .export import export, weights_of
from .synthesise import LONGEST_S, Shard
from .features import RATE
from .text import read_figures, spoken
from .train import train

EPOCHS = 30
BATCH_SECONDS = 30
COMPANIONS = ("language-model.arpa", "language-model.arpa.gz", "lexicon.txt", "hotwords.txt")

TUNED = """**Tuned on {recordings} recordings of your own.** Its figures are in `report.json`; those below are of the model that it was
tuned from.

"""


def fine_tune(model, data, out, minutes, peak=3e-4):
    """`data` holds training.jsonl ({file, text}) and the float32 files at 16 kHz that it names."""
    model, data, out = Path(model), Path(data), Path(out)
    state, size = weights_of(model / "model.onnx")
    with tempfile.TemporaryDirectory(dir=data) as folder:
        shard, skipped = Shard(folder, "recordings"), 0
        for line in (data / "training.jsonl").open(encoding="utf8"):
            row = json.loads(line)
            text = spoken(read_figures(row["text"]))
            samples = np.fromfile(data / row["file"], "<f4")
            if not text or len(samples) > LONGEST_S * RATE:
                skipped += 1
                continue
            shard.add(samples, text, "customer")
        shard.close()
        if not shard.rows:
            raise SystemExit(f"no recording with a text is shorter than {LONGEST_S} seconds")
        steps = EPOCHS * math.ceil(shard.frames / 100 / BATCH_SECONDS)
        print(f"{len(shard.rows)} recordings, {shard.frames / 6000:.1f} minutes, {skipped} left out, {steps} steps", flush=True)
        average = train(folder, str(Path(folder) / "fine.pt"), minutes, peak=peak, decay=(0, steps), seconds=BATCH_SECONDS,
                        size=size, start_from=state)
    export(average.state_dict(), size, out)
    (out / "model.float.onnx").unlink()
    for name in COMPANIONS:
        if (model / name).exists():
            shutil.copy(model / name, out / name)
    if (model / "README.md").exists():
        card = (model / "README.md").read_text(encoding="utf8")
        (out / "README.md").write_text(TUNED.format(recordings=len(shard.rows)) + card, encoding="utf8")
    settings = json.loads((model / "speech.json").read_text()) if (model / "speech.json").exists() else {}
    settings["model"] = settings.get("model", "model").removesuffix("-tuned") + "-tuned"
    (out / "speech.json").write_text(json.dumps(settings, indent=2) + "\n")
