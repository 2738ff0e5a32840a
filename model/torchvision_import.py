"""Lets torchvision, which transformers' video processors need, load beside a CPU torch.

The registry's wheel of torchvision is built for CUDA; beside a torch without CUDA its
import fails on operators that nobody here calls ("operator torchvision::nms does not
exist"). Declaring them first is enough: the transforms are written in Python.
"""

import torch

_libraries: list[torch.library.Library] = []


def make_importable() -> None:
    """Declare the missing operators; do nothing where torch has CUDA, or twice."""
    if torch.version.cuda is not None or _libraries:
        return
    # Only kept alive does it keep its declarations.
    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _libraries.append(library)
