"""The node cases of Debian's libonnx-testdata, read through python3-onnx.

A case is a folder test_NAME: model.onnx, a graph of one node, and test_data_set_0 with a .pb for
each input and output of the graph."""
import os
import pathlib

import onnx
from onnx import helper, numpy_helper

FOLDER = pathlib.Path(os.environ.get("ONNX_NODES", "/usr/share/libonnx-testdata/data/node"))


class NotHere(Exception):
    """The case asks for what nnmpi does not have; str() says what."""


class Case:
    """A case of a graph of one node. Constants of the graph are inputs of the node."""

    def __init__(self, folder):
        self.folder = folder
        self.name = folder.name.removeprefix("test_")
        self.graph = onnx.load(str(folder / "model.onnx")).graph
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
        for kind, infos in (("input", self.graph.input), ("output", self.graph.output)):
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
    for folder in sorted(FOLDER.iterdir()):
        if (folder / "model.onnx").exists():
            yield Case(folder)
