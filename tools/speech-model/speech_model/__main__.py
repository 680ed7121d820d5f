"""One command for each step, and `all` for the whole way from nothing to a model folder."""

import argparse
import os
from pathlib import Path


def arguments():
    parser = argparse.ArgumentParser(prog="python -m speech_model", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, about, *options):
        made = commands.add_parser(name, help=about)
        for option, settings in options:
            made.add_argument(option, **settings)

    shared = ("--shared", {"default": os.environ.get("CHARTWIRE_SHARED", str(Path(__file__).parents[4] / "shared"))})
    data = ("--data", {"required": True, "help": "folder of shards"})
    checkpoint = ("--checkpoint", {"required": True})
    out = ("--out", {"required": True})
    hours = ("--hours", {"type": float, "default": 30, "help": "hours of speech to synthesise"})
    training = [
        ("--minutes", {"type": float, "default": 600, "help": "stop after so long; start again to go on"}),
        ("--decay", {"type": int, "nargs": 2, "metavar": ("FIRST", "LAST"), "help": "steps of the final slope to zero"}),
        ("--peak", {"type": float, "default": 2e-3}),
        ("--size", {"choices": ["small", "medium"], "default": "small"}),
        ("--seconds", {"type": float, "default": 60, "help": "speech in one batch"}),
        ("--threads", {"type": int, "default": 1}),
        ("--device", {"default": "cpu"}),
    ]
    command("synthesise", "speak training text with every voice", data, shared, hours)
    command("train", "train, or go on training, a checkpoint", data, checkpoint, *training)
    command("export", "checkpoint to int8 ONNX and its configuration", checkpoint, out)
    command("language-model", "n-gram model and lexicon", out, shared)
    command("held-out", "recordings by voices kept out of training", out, shared)
    command("parity", "PyTorch's logits of an exported model, for the test that compares", ("--model", {"required": True}),
            ("--sound", {"required": True, "help": "16 bit mono WAV at 16 kHz"}), out)
    command("all", "every step; can be stopped and started again", ("--work", {"required": True}), out, shared, hours,
            ("--steps", {"type": int, "default": 12_000}), *training[3:])
    command("fine-tune", "go on from an exported model", ("--model", {"required": True}), data, out, training[0])
    return parser.parse_args()


def synthesise(data, shared, hours):
    from .synthesise import synthesise

    per_round = 6
    synthesise(data, shared, per_round, rounds=max(1, round(hours / per_round)))


def export(checkpoint, out):
    import torch

    from .export import export

    saved = torch.load(checkpoint, weights_only=True, map_location="cpu")
    export(saved["average"], saved["size"], out)


def everything(work, out, shared, hours, steps, **training):
    from .language_model import build
    from .train import train

    work = Path(work)
    synthesise(work / "data", shared, hours)
    train(str(work / "data"), str(work / "model.pt"), minutes=1e9, decay=(int(steps * 0.75), steps), **training)
    export(work / "model.pt", out)
    build(out, shared)


def main():
    options = vars(arguments())
    command = options.pop("command")
    if command == "synthesise":
        synthesise(**options)
    elif command == "train":
        from .train import train

        train(options.pop("data"), **options)
    elif command == "export":
        export(**options)
    elif command == "language-model":
        from .language_model import build

        build(options["out"], options["shared"])
    elif command == "held-out":
        from .held_out import held_out

        held_out(options["out"], options["shared"])
    elif command == "parity":
        from .parity import parity

        parity(**options)
    elif command == "fine-tune":
        from .fine_tune import fine_tune

        fine_tune(**options)
    else:
        everything(**options)


if __name__ == "__main__":
    main()
