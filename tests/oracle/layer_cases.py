"""A file of cases for tests/layer/oracle_test.c: what PyTorch says a layer gives.

One group a case, all numbers float64, samples first:

    /CASE                    attribute layer: the YAML of the layer
    /CASE/input.0 ...        [n, in]
    /CASE/weight.NAME        by the names of nnmpi (kernel, bias), in Keras shapes
    /CASE/upstream           [n, out]: v
    /CASE/output             [n, out]: f(input)
    /CASE/input_gradient.0   v . D f by each input
    /CASE/weight_gradient.NAME
    /CASE/state.NAME, state_after.NAME   what is kept beside the weights, before and after
    /CASE                    attribute evaluation: not in training mode"""
import pathlib
import sys

import h5py
import torch


class Cases:
    """case = Cases("layers.h5"); case(...); case.close()     beside this file, or at sys.argv[1]"""

    def __init__(self, name):
        self.path = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name(name)
        # The smallest headers, and no times in them: equal content is equal bytes.
        access, made = h5py.h5p.create(h5py.h5p.FILE_ACCESS), h5py.h5p.create(h5py.h5p.FILE_CREATE)
        access.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)
        made.set_obj_track_times(False)
        self.untimed = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
        self.untimed.set_obj_track_times(False)
        self.file = h5py.File(
            h5py.h5f.create(str(self.path).encode(), h5py.h5f.ACC_TRUNC, made, access))
        torch.manual_seed(1)

    def close(self):
        self.file.close()
        print(f"{self.path}: {pathlib.Path(self.path).stat().st_size} bytes")

    def __call__(self, name, layer, inputs, weights, function, scale=2.0, ids=(), state=None,
                 evaluation=False):
        """Name, YAML, shapes of the inputs (n first), shapes of the weights, and the function by
        PyTorch. ids: by input; not 0: it is of whole numbers in [0, ids), its gradient is 0.
        state: shapes; the function then gets positive tensors by these names too, and returns its
        output and a dictionary of them afterwards."""
        x = [(scale * torch.randn(shape, dtype=torch.float64)).requires_grad_() for shape in inputs]
        for i, n in enumerate(ids):
            if n:
                x[i] = torch.randint(0, n, inputs[i]).double().requires_grad_()
        w = {k: torch.randn(shape, dtype=torch.float64).requires_grad_()
             for k, shape in weights.items()}
        kept = {k: 0.5 + torch.rand(shape, dtype=torch.float64)
                for k, shape in (state or {}).items()}
        z, after = function(*x, **w, **kept) if state else (function(*x, **w), {})
        v = torch.randn_like(z)
        gradients = torch.autograd.grad((v * z).sum(), x + list(w.values()), allow_unused=bool(ids))
        group = h5py.Group(h5py.h5g.create(self.file.id, name.encode(), gcpl=self.untimed))
        group.attrs["layer"] = layer
        if evaluation:
            group.attrs["evaluation"] = 1
        for k in kept:
            group[f"state.{k}"], group[f"state_after.{k}"] = kept[k].numpy(), after[k].numpy()
        group["upstream"], group["output"] = v.numpy(), z.detach().numpy()
        for i, tensor in enumerate(x):
            group[f"input.{i}"] = tensor.detach().numpy()
            group[f"input_gradient.{i}"] = (torch.zeros_like(tensor) if gradients[i] is None
                                            else gradients[i]).detach().numpy()
        for i, (k, tensor) in enumerate(w.items()):
            group[f"weight.{k}"] = tensor.detach().numpy()
            group[f"weight_gradient.{k}"] = gradients[len(x) + i].numpy()
