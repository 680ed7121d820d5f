"""Checkpoint -> model.onnx (float) -> int8, with the wave-to-mel transform inside the graph.

The graph is written node by node, so that every weight keeps its name and `weights_of` can read a shipped model back.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .features import FILTERS, FLOOR, HOP, fourier_kernel
from .model import SIZES, VOCABULARY, AcousticModel, log_mel


class Graph:
    def __init__(self):
        self.nodes, self.weights, self.count = [], [], 0

    def weight(self, name, array):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, kind, inputs, name=None, **attributes):
        self.count += 1
        out = name or f"{kind.lower()}_{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out


def build(state, size):
    """The float graph of a state dictionary."""
    w = {k: v.float().numpy() for k, v in state.items()}
    stem = SIZES[size]["stem"]
    g = Graph()

    def linear(x, name):
        product = g.add("MatMul", [x, g.weight(f"{name}.weight", w[f"{name}.weight"].T)], name=f"{name}/product")
        return g.add("Add", [product, g.weight(f"{name}.bias", w[f"{name}.bias"])])

    def norm(x, name):
        return g.add("LayerNormalization", [x, g.weight(f"{name}.weight", w[f"{name}.weight"]), g.weight(f"{name}.bias", w[f"{name}.bias"])],
                     axis=-1, epsilon=1e-5)

    def conv(x, name, **attributes):
        return g.add("Conv", [x, g.weight(f"{name}.weight", w[f"{name}.weight"]), g.weight(f"{name}.bias", w[f"{name}.bias"])], **attributes)

    def swap(x):
        return g.add("Transpose", [x], perm=[0, 2, 1])

    def silu(x):
        return g.add("Mul", [x, g.add("Sigmoid", [x])])

    def block(x, name):
        kernel = w[f"{name}.time.weight"].shape[2]
        y = swap(conv(swap(x), f"{name}.time", pads=[kernel // 2, kernel // 2], group=w[f"{name}.time.weight"].shape[0]))
        y = linear(g.add("Relu", [linear(norm(y, f"{name}.norm"), f"{name}.widen")]), f"{name}.narrow")
        return g.add("Add", [x, g.add("Mul", [y, g.weight(f"{name}.gain", w[f"{name}.gain"])])])

    def depth(part):
        return len({k.split(".")[1] for k in w if k.startswith(part + ".")})

    wave = g.add("Unsqueeze", ["input_values", g.weight("one", np.array([1], "i8"))])
    bins = g.add("Conv", [wave, g.weight("fourier", fourier_kernel())], strides=[HOP])
    g.nodes.append(helper.make_node("Split", [bins], ["real", "imaginary"], name="split", axis=1))
    power = g.add("Add", [g.add("Mul", ["real", "real"]), g.add("Mul", ["imaginary", "imaginary"])])
    mel = g.add("MatMul", [swap(power), g.weight("filters", FILTERS)], name="mel")
    logged = g.add("Log", [g.add("Add", [mel, g.weight("floor", np.array(FLOOR, "f4"))])])
    x = g.add("Sub", [logged, g.add("ReduceMean", [logged], axes=[1], keepdims=1)])
    h = swap(silu(conv(swap(x), "first", strides=[2], pads=[2, 2])))
    for i in range(depth("early")):
        h = block(h, f"early.{i}")
    q = swap(silu(conv(swap(h), "second", strides=[2], pads=[2, 2])))
    for i in range(depth("trunk")):
        q = block(q, f"trunk.{i}")
    up = g.add("Reshape", [linear(q, "up"), g.weight("rows", np.array([0, -1, stem], "i8"))])
    frames = g.add("Gather", [g.add("Shape", [h]), g.weight("axis", np.array([1], "i8"))])
    up = g.add("Slice", [up, g.weight("zero", np.array([0], "i8")), frames, "axis"])
    last = linear(norm(g.add("Add", [up, h]), "norm"), "out")
    g.nodes.append(helper.make_node("Identity", [last], ["logits"], name="logits"))
    graph = helper.make_graph(
        g.nodes, "chartwire-speech",
        [helper.make_tensor_value_info("input_values", TensorProto.FLOAT, ["batch", "samples"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "frames", len(VOCABULARY)])],
        g.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9, producer_name="chartwire")
    onnx.checker.check_model(model, full_check=True)
    return model


def quantise(float_path, int8_path):
    """Weights of the matrix products to int8, by channel. The mel filter stays float: it sees power over eight decades."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(float_path, int8_path, nodes_to_exclude=["mel", "out/product"], weight_type=QuantType.QInt8,
                     op_types_to_quantize=["MatMul"], per_channel=True)


def weights_of(path):
    """State dictionary of an exported model, int8 or float: where fine-tuning starts."""
    arrays = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    state = {}
    for size in SIZES:
        wanted = AcousticModel(size).state_dict()
        for name, tensor in wanted.items():
            if name in arrays:
                value = arrays[name]
            elif f"{name}_quantized" in arrays:
                value = (arrays[f"{name}_quantized"].astype("f4") - arrays[f"{name}_zero_point"].astype("f4")) * arrays[f"{name}_scale"]
            else:
                break
            value = value.T if tensor.ndim == 2 else value
            if tuple(value.shape) != tuple(tensor.shape):
                break
            state[name] = torch.from_numpy(np.array(value, "f4"))
        else:
            return state, size
    raise SystemExit(f"{path} was not exported by this tool")


def reference(state, size, wave):
    """PyTorch's logits for waves of unit variance [batch, samples]."""
    model = AcousticModel(size).eval()
    model.load_state_dict(state)
    with torch.no_grad():
        bins = torch.nn.functional.conv1d(torch.from_numpy(wave)[:, None], torch.from_numpy(fourier_kernel()), stride=HOP)
        power = (bins[:, :257] ** 2 + bins[:, 257:] ** 2).transpose(1, 2) @ torch.from_numpy(FILTERS)
        return model(log_mel(power)).numpy()


def difference(state, size, path):
    """Largest difference of logits between PyTorch and the exported graph, on noise and on a tone."""
    import onnxruntime

    rng = np.random.default_rng(5)
    wave = rng.standard_normal((1, 53_333)).astype("f4") * 0.7 + np.sin(np.arange(53_333) * 0.3).astype("f4")
    wave = (wave - wave.mean()) / wave.std()
    expected = reference(state, size, wave)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    got = session.run(None, {"input_values": wave})[0]
    return float(np.abs(got - expected).max()), float((got.argmax(-1) == expected.argmax(-1)).mean())


def export(state, size, folder, about=None):
    """Writes model.onnx (int8), model.float.onnx beside it for comparison, vocab.json and the configurations."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(build(state, size), folder / "model.float.onnx")
    exact, _ = difference(state, size, str(folder / "model.float.onnx"))
    quantise(folder / "model.float.onnx", folder / "model.onnx")
    _, agree = difference(state, size, str(folder / "model.onnx"))
    if exact > 1e-3:
        raise SystemExit(f"the exported graph differs from PyTorch by {exact}")
    (folder / "vocab.json").write_text(json.dumps({c: i for i, c in enumerate(VOCABULARY)}, indent=0) + "\n")
    (folder / "preprocessor_config.json").write_text(json.dumps({"sampling_rate": 16000, "do_normalize": True, "feature_size": 1}, indent=2) + "\n")
    print(f"float graph differs by {exact:.1e}; int8 agrees on {agree:.1%} of frames; {(folder / 'model.onnx').stat().st_size / 1e6:.2f} MB")
