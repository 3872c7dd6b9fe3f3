"""onnx_claims.py FOLDER: what is promised of the trained models there, beyond being valid."""
import json
import pathlib
import sys

import onnx

folder = pathlib.Path(sys.argv[1])
failures = 0


def claim(truth, text):
    global failures
    failures += not truth
    print(("" if truth else "FAILED: ") + text)


def operators(name):
    return [node.op_type for node in onnx.load(str(folder / f"{name}.onnx")).graph.node]


def properties(name):
    return {p.key: json.loads(p.value) for p in onnx.load(str(folder / f"{name}.onnx")).metadata_props}


for name in ("cnn", "resnet", "inception"):
    n = operators(name).count("Transpose")
    claim(n <= (1 if name == "resnet" else 2), f"{name} is turned at its borders only: {n} Transpose")
n = operators("lstm").count("Transpose")
claim(n == 2, f"lstm upon bidirectional lstm: {n} Transpose")
claim(operators("cnn")[:2] == ["Sub", "Mul"], "the normalisation of cnn is its first nodes")
claim(operators("dense")[0] == "Mul", "the scale of dense is its first node")
claim(operators("cnn")[-1] == "Softmax", "the activation of the output is the last node")
claim(not {"Dropout", "Identity"} & set(sum(map(operators, ("cnn", "gru")), [])), "nothing that does nothing")
letters = properties("text").get("vocabulary", [])
claim("N" in letters and len(letters) > 40, f"text knows its {len(letters)} letters")
model = onnx.load(str(folder / "text.onnx"))
claim(model.graph.input[0].type.tensor_type.elem_type == onnx.TensorProto.INT64, "text reads ids of int64")
sys.exit(failures > 0)
