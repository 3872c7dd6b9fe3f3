"""onnx_check.py FOLDER: every .onnx of index.tsv passes ONNX's own checker, strict shape inference
gives the output the shape that nnmpi gives it, and the file is of the version promised."""
import pathlib
import sys

import onnx
from onnx import shape_inference


def shape_of(value):
    return [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]


def check(path, shape):
    model = onnx.load(str(path))
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8 and [o.version for o in model.opset_import] == [17], "versions"
    stated = shape_of(model.graph.output[0])
    assert stated == ["N"] + shape, f"output {stated}, not {shape}"
    model.graph.output[0].type.tensor_type.ClearField("shape")
    inferred = shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    dims = shape_of(inferred.graph.output[0])
    assert dims[1:] == shape, f"inferred {dims}, not {shape}"


folder = pathlib.Path(sys.argv[1])
failures = 0
lines = (folder / "index.tsv").read_text().splitlines()
for line in lines:
    name, _, _, y, yaml = line.split("\t")
    try:
        check(folder / f"{name}.onnx", [int(n) for n in y.split(",")[1:]])
    except Exception as error:
        failures += 1
        print(f"{name}: {yaml}\n  {error}")
print(f"{len(lines)} files, {failures} failures; onnx {onnx.__version__}")
sys.exit(failures > 0 or not lines)
