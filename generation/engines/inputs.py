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
        seen = [_timed(each.frames) for each in requests if each.frames.images]
        return self._clips.batch(texts, seen)

    def cost(self, request: Request) -> int:
        """About how many tokens a request takes, its words counted roughly."""
        frames = request.frames
        count = len(frames.images)
        video = self._family.video_tokens(count, frames.size) if count else 0
        return video + len(request.prompt.split()) * 3 // 2

    def _text(self, request: Request) -> str:
        has_clip = bool(request.frames.images)
        words, system = request.prompt, request.system
        if system and not self._family.takes_system:
            words, system = f"{system}\n{words}", None
        return self._clips.text(words, system=system, has_clip=has_clip)


def _timed(frames: Frames) -> TimedFrames:
    pixels = torch.from_numpy(np.stack(frames.images))
    return TimedFrames(pixels, frames.timestamps, frames.duration)
