"""What the regression test of the shipped model compares onnxruntime with: PyTorch's own logits for a piece of sound.

The weights are those of the shipped model.onnx, read back as `weights_of` does for fine-tuning. `float.onnx` is the float
graph that `export.build` makes of them; its weights are not copied but point into model.onnx itself, so that it is small
and always about the bytes that are shipped. It is loaded from a folder that holds both.
"""

import hashlib
import json
import wave
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper

from .export import build, reference, weights_of
from .features import RATE

# Below this a tensor is kept in float.onnx itself.
INLINE_BYTES = 128


def read_wav(path):
    with wave.open(str(path)) as sound:
        if (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) != (RATE, 1, 2):
            raise SystemExit(f"{path} is not 16 bit mono at {RATE} Hz")
        return np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype("f4") / 32_768


def pointing_into(path, graph):
    """`graph` with its weights taken from the bytes of the model at `path`, int8 ones through DequantizeLinear."""
    whole = Path(path).read_bytes()
    shipped = {t.name: t for t in onnx.load(path).graph.initializer}
    tensors, nodes = {}, []

    def point(name):
        tensor = onnx.TensorProto()
        tensor.CopyFrom(shipped[name])
        if len(tensor.raw_data) >= INLINE_BYTES:
            place = {"location": Path(path).name, "offset": whole.index(tensor.raw_data), "length": len(tensor.raw_data)}
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
        tensors[name] = tensor
        return name

    for weight in graph.graph.initializer:
        if weight.name in shipped:
            point(weight.name)
        else:
            parts = [point(f"{weight.name}_{part}") for part in ("quantized", "scale", "zero_point")]
            nodes.append(helper.make_node("DequantizeLinear", parts, [weight.name], axis=1))
    nodes.extend(graph.graph.node)
    del graph.graph.initializer[:], graph.graph.node[:]
    graph.graph.initializer.extend(tensors.values())
    graph.graph.node.extend(nodes)
    return graph


def parity(model, sound, out):
    model, out = Path(model), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    state, size = weights_of(model / "model.onnx")
    samples = read_wav(sound)
    # Zero mean and unit variance, as wav2vec2's feature extractor does.
    logits = reference(state, size, ((samples - samples.mean()) / np.sqrt(samples.var() + 1e-7))[None])[0]
    onnx.save(pointing_into(model / "model.onnx", build(state, size)), out / "float.onnx")
    logits.astype("<f4").tofile(out / "logits.f32")
    frames, classes = logits.shape
    digest = hashlib.sha256((model / "model.onnx").read_bytes()).hexdigest()
    about = {"model": digest, "frames": frames, "classes": classes, "torch": torch.__version__}
    (out / "parity.json").write_text(json.dumps(about, indent=2) + "\n")
    print(f"{logits.shape[0]} frames; float.onnx {(out / 'float.onnx').stat().st_size / 1e3:.0f} kB")
