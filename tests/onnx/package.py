"""The cases of Debian's libonnx-testdata, read through python3-onnx.

A case is a folder test_NAME: model.onnx, and test_data_set_0 with a .pb for each input and output
of its graph. Those in node/ are of one operator; the others were made of layers of PyTorch."""
import os
import pathlib

import onnx
from onnx import helper, numpy_helper

ROOT = pathlib.Path(os.environ.get("ONNX_CASES", "/usr/share/libonnx-testdata/data"))
SETS = ("node", "pytorch-converted", "pytorch-operator")


class NotHere(Exception):
    """The case asks for what nnmpi does not have; str() says what."""


class Case:
    """A case of a graph of one node. Constants of the graph are inputs of the node."""

    def __init__(self, folder):
        self.folder, self.set = folder, folder.parent.name
        self.name = folder.name.removeprefix("test_")
        model = onnx.load(str(folder / "model.onnx"))
        self.graph, self.version = model.graph, model.opset_import[0].version
        nodes = [node for node in self.graph.node if node.op_type != "Constant"]
        self.node = nodes[0] if nodes else self.graph.node[0]
        self.is_expanded = self.name.endswith("_expanded") or len(nodes) > 1
        self.operator = self.node.op_type
        self.attributes = {a.name: plain(helper.get_attribute_value(a))
                           for a in self.node.attribute}
        self.shown = self.note = ""  # for people: set by the rules

    def load(self):
        """Reads the data: self.inputs and self.outputs, by position; None where one is omitted."""
        values = {node.output[0]: numpy_helper.to_array(node.attribute[0].t)
                  for node in self.graph.node if node.op_type == "Constant"}
        values |= {t.name: numpy_helper.to_array(t) for t in self.graph.initializer}
        inputs = [info for info in self.graph.input if info.name not in values]
        for kind, infos in (("input", inputs), ("output", self.graph.output)):
            for i, info in enumerate(infos):
                if not info.type.HasField("tensor_type"):
                    raise NotHere("its data are no tensors")
                file = self.folder / "test_data_set_0" / f"{kind}_{i}.pb"
                tensor = onnx.TensorProto.FromString(file.read_bytes())
                values[info.name] = numpy_helper.to_array(tensor)
        self.inputs = [values.get(name) for name in self.node.input]
        self.outputs = [values.get(name) for name in self.node.output]

    def input(self, i, default=None):
        given = self.inputs[i] if i < len(self.inputs) else None
        return default if given is None else given

    def output(self, i):
        return self.outputs[i] if i < len(self.outputs) else None

    def take(self, name, default=None):
        """The value of an attribute, which is thereby dealt with."""
        return self.attributes.pop(name, default)

    def finish(self):
        """What no rule has taken, nnmpi does not know."""
        for name in self.attributes:
            raise NotHere(f"the attribute `{name}`")


def plain(value):
    return value.decode() if isinstance(value, bytes) else value


def cases():
    for folder in SETS:
        for model in sorted((ROOT / folder).glob("test_*/model.onnx")):
            yield Case(model.parent)
