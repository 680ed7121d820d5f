"""The acoustic model: wav2vec2's contract (16 kHz in, 32 logits every 20 ms out, CTC), small enough to ship."""

import torch
import torch.nn.functional as F
from torch import nn

from .features import BANDS, FLOOR

# The order of wav2vec2-base-960h's vocab.json: blank first, `|` between words.
VOCABULARY = "<pad> <s> </s> <unk> | E T A O N I H S R D L U M W C F G Y P B V K ' X J Q Z".split()
INDEX = {c: i for i, c in enumerate(VOCABULARY)}
# width and depth of the 40 ms trunk, kernel, width of the 20 ms layers
SIZES = {
    "small": {"width": 256, "blocks": 8, "kernel": 15, "stem": 160},
    "medium": {"width": 384, "blocks": 10, "kernel": 15, "stem": 192},
}


def encode(text):
    return [INDEX["|" if c == " " else c] for c in text.upper()]


class Block(nn.Module):
    """Depthwise convolution over time, then a two-layer perceptron, added to the input."""

    def __init__(self, width, kernel):
        super().__init__()
        self.time = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)
        self.gain = nn.Parameter(torch.full((width,), 0.3))

    def forward(self, x):
        y = self.norm(self.time(x.transpose(1, 2)).transpose(1, 2))
        return x + self.gain * self.narrow(F.relu(self.widen(y)))


class AcousticModel(nn.Module):
    """log mel [batch, frames at 10 ms, 64] -> logits [batch, frames at 20 ms, 32].

    20 ms layers, a trunk at 40 ms with about 2.5 s of context, and back up to 20 ms. The transform of the wave to log mel
    is fixed and joined on at export.
    """

    def __init__(self, size="small"):
        super().__init__()
        shape = SIZES[size]
        stem, width = shape["stem"], shape["width"]
        self.size, self.stem = size, stem
        self.first = nn.Conv1d(BANDS, stem, 5, stride=2, padding=2)
        self.early = nn.ModuleList([Block(stem, 9) for _ in range(2)])
        self.second = nn.Conv1d(stem, width, 5, stride=2, padding=2)
        self.trunk = nn.ModuleList([Block(width, shape["kernel"]) for _ in range(shape["blocks"])])
        self.up = nn.Linear(width, 2 * stem)
        self.norm = nn.LayerNorm(stem)
        self.out = nn.Linear(stem, len(VOCABULARY))

    def forward(self, mel):
        h = F.silu(self.first(mel.transpose(1, 2))).transpose(1, 2)
        for block in self.early:
            h = block(h)
        q = F.silu(self.second(h.transpose(1, 2))).transpose(1, 2)
        for block in self.trunk:
            q = block(q)
        u = self.up(q).reshape(q.shape[0], -1, self.stem)[:, : h.shape[1]]
        return self.out(self.norm(u + h))


def log_mel(power):
    """Mel power of a unit-variance window [batch, frames, 64] -> what the network sees: floored, logged, centred."""
    mel = torch.log(power + FLOOR)
    return mel - mel.mean(1, keepdim=True)
