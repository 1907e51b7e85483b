"""The encoder that ships, made from the weights of a BERT-like model: its lower layers alone, in 8-bit whole numbers.

Nothing is trained here: the weights are those of the model given (``model.safetensors`` and ``vocab.txt`` in the layout
of sentence-transformers), cut off above the layer whose states tell most (docs/reference/extraction-figures.md).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import KGError
from kg.extract.tables import Array

__all__ = ["read_safetensors", "write_encoder"]

_OPSET = 17


def read_safetensors(path: Path) -> dict[str, Array]:
    """The tensors of a file by name: eight bytes of length, a JSON header, the numbers.

    :raises KGError: if the file is none
    """
    kinds = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    try:
        data = path.read_bytes()
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])
        return {
            name: np.frombuffer(data, kinds[of["dtype"]], int(np.prod(of["shape"])), 8 + size + of["data_offsets"][0])
            .reshape(of["shape"])
            for name, of in header.items() if name != "__metadata__"
        }  # fmt: skip
    except (OSError, ValueError, KeyError) as error:
        raise KGError("no weights in the safetensors format", where=str(path)) from error


def write_encoder(model: Path, folder: Path, *, layers: int, heads: int) -> None:
    """Writes ``embeddings.npz`` and ``layers.onnx``.

    :param model: a folder with ``model.safetensors`` and ``vocab.txt``
    :param layers: how many layers are kept, from below
    :raises KGError: if the folder holds no such model
    """
    tensors = read_safetensors(model / "model.safetensors")
    try:
        pieces = (model / "vocab.txt").read_text(encoding="utf-8").rstrip("\n")
        table = tensors["embeddings.word_embeddings.weight"]
        positions = tensors["embeddings.position_embeddings.weight"]
        positions = positions + tensors["embeddings.token_type_embeddings.weight"][0]
        gain, shift = (tensors[f"embeddings.LayerNorm.{name}"] for name in ("weight", "bias"))
    except (OSError, KeyError) as error:
        raise KGError("no BERT model with its vocabulary", where=str(model)) from error
    scale = np.maximum(np.abs(table).max(axis=1), 1e-9) / 127
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / "embeddings.npz",
        pieces=np.frombuffer(pieces.encode("utf-8"), dtype=np.uint8),
        table=np.round(table / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        positions=positions.astype(np.float16),
        gain=gain,
        shift=shift,
    )
    _write_layers(tensors, folder / "layers.onnx", layers, heads)


def _write_layers(tensors: dict[str, Array], path: Path, layers: int, heads: int) -> None:
    from onnx import TensorProto, checker, helper, numpy_helper, save
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

    width = tensors["embeddings.LayerNorm.weight"].shape[0]
    size = width // heads
    nodes: list[Any] = []
    constants: list[Any] = []

    def constant(name: str, value: Array) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def dense(source: str, weight: Array, bias: Array, name: str) -> str:
        product = node("MatMul", [source, constant(f"{name}.weight", weight.T)], f"{name}.product")
        return node("Add", [product, constant(f"{name}.bias", bias)], name)

    def normal(source: str, prefix: str, name: str) -> str:
        gain, shift = (constant(f"{name}.{n}", tensors[f"{prefix}.{n}"]) for n in ("weight", "bias"))
        return node("LayerNormalization", [source, gain, shift], name, axis=-1, epsilon=1e-12)

    apart = constant("apart", np.array([0, heads, size], dtype=np.int64))
    together = constant("together", np.array([0, width], dtype=np.int64))
    half, one, root = (
        constant(n, np.array(v, dtype=np.float32)) for n, v in (("half", 0.5), ("one", 1), ("root", 2**0.5))
    )
    state = "embedded"
    for number in range(layers):
        prefix, own = f"encoder.layer.{number}", f"l{number}"
        inner = f"{prefix}.attention.self"
        parts = {}
        for part in ("query", "key", "value"):
            weight, bias = tensors[f"{inner}.{part}.weight"], tensors[f"{inner}.{part}.bias"]
            if part == "query":
                # The scale of the products, once and for all.
                weight, bias = weight / np.float32(np.sqrt(size)), bias / np.float32(np.sqrt(size))
            flat = dense(state, weight, bias, f"{own}.{part}")
            split = node("Reshape", [flat, apart], f"{own}.{part}.apart")
            order = [1, 2, 0] if part == "key" else [1, 0, 2]
            parts[part] = node("Transpose", [split], f"{own}.{part}.turned", perm=order)
        scores = node("MatMul", [parts["query"], parts["key"]], f"{own}.scores")
        shares = node("Softmax", [scores], f"{own}.shares", axis=-1)
        mixed = node("MatMul", [shares, parts["value"]], f"{own}.mixed")
        mixed = node("Transpose", [mixed], f"{own}.mixed.turned", perm=[1, 0, 2])
        mixed = node("Reshape", [mixed, together], f"{own}.mixed.flat")
        out = f"{prefix}.attention.output"
        mixed = dense(mixed, tensors[f"{out}.dense.weight"], tensors[f"{out}.dense.bias"], f"{own}.attended")
        state = normal(node("Add", [state, mixed], f"{own}.sum"), f"{out}.LayerNorm", f"{own}.state")
        wide = f"{prefix}.intermediate.dense"
        wide = dense(state, tensors[f"{wide}.weight"], tensors[f"{wide}.bias"], f"{own}.wide")
        # x/2 · (1 + erf(x/√2)), in the form that the runtime knows as one step.
        bent = node("Erf", [node("Div", [wide, root], f"{own}.over")], f"{own}.erf")
        bent = node("Mul", [wide, node("Add", [bent, one], f"{own}.plus")], f"{own}.times")
        bent = node("Mul", [bent, half], f"{own}.bent")
        last = f"{prefix}.output"
        narrow = dense(bent, tensors[f"{last}.dense.weight"], tensors[f"{last}.dense.bias"], f"{own}.narrow")
        state = normal(node("Add", [state, narrow], f"{own}.sum2"), f"{last}.LayerNorm", f"{own}.out")
    graph = helper.make_graph(
        nodes, "layers",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["pieces", width])],
        [helper.make_tensor_value_info(state, TensorProto.FLOAT, ["pieces", width])], constants,
    )  # fmt: skip
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
    checker.check_model(made)
    whole = path.with_suffix(".float.onnx")
    save(made, whole)
    # Seven bits of weights where a processor would else run over in pairs of products.
    quantize_dynamic(
        whole, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip
    whole.unlink()
