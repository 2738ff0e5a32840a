"""Requests to tensors, through the processor of the checkpoint."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers.feature_extraction_utils import BatchFeature

from corpus.media.strips import Frames
from generation.engines.base import Request
from generation.engines.families import Family
from model.native.inputs import ClipInputs, TimedFrames


class InputMaker:
    """Builds the inputs of a batch; safe for several threads.

    The same way as fine-tuning shows clips (`model.native`).
    """

    def __init__(self, processor: Any, family: Family) -> None:  # noqa: ANN401
        self._processor = processor
        self._family = family
        self._clips = ClipInputs(processor)

    def inputs(self, requests: Sequence[Request]) -> BatchFeature:
        """Padded on the left; tensors on the processor's memory.

        Raises:
            ValueError: The processor refuses the frames.
        """
        texts = [self._text(request) for request in requests]
        return self._clips.batch(texts, [_timed(each.frames) for each in requests])

    def cost(self, request: Request) -> int:
        """About how many tokens a request takes, its words counted roughly."""
        frames = request.frames
        video = self._family.video_tokens(len(frames.images), frames.size)
        return video + len(request.prompt.split()) * 3 // 2

    def _text(self, request: Request) -> str:
        if request.system and not self._family.takes_system:
            return self._clips.text(f"{request.system}\n{request.prompt}")
        return self._clips.text(request.prompt, system=request.system)


def _timed(frames: Frames) -> TimedFrames:
    pixels = torch.from_numpy(np.stack(frames.images))
    return TimedFrames(pixels, frames.timestamps, frames.duration)
