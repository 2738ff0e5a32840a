"""Requests to tensors, through the processor of the checkpoint."""

import model  # noqa: F401 - lets torchvision load beside a CPU torch

# isort: split

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from transformers.feature_extraction_utils import BatchFeature
from transformers.video_utils import VideoMetadata

from generation.engines.base import Frames, Request
from generation.engines.families.base import Family

# Times are told in frames of a thousand a second: a processor that divides indices by
# the rate then finds the true times, in videos of a varying rate too.
_CLOCK_HZ = 1000


class InputMaker:
    """Builds the inputs of a batch; safe for several threads."""

    def __init__(self, processor: Any, family: Family) -> None:  # noqa: ANN401
        self._processor = processor
        self._family = family
        self._videos_kwargs = _videos_kwargs(processor, family)

    def inputs(self, requests: Sequence[Request]) -> BatchFeature:
        """Padded on the left; tensors on the processor's memory.

        Raises:
            ValueError: The processor refuses the frames.
        """
        texts = [self._text(request) for request in requests]
        bos = self._processor.tokenizer.bos_token
        # A template that writes the first token itself would have it doubled.
        writes_bos = bool(bos) and texts[0].startswith(bos)
        return self._processor(
            text=texts,
            videos=[pixels(request.frames) for request in requests],
            return_tensors="pt",
            text_kwargs={
                "padding": True,
                "padding_side": "left",
                "add_special_tokens": not writes_bos,
            },
            videos_kwargs={
                "video_metadata": [metadata(request.frames) for request in requests],
                "do_sample_frames": False,
                **self._videos_kwargs,
            },
        )

    def cost(self, request: Request) -> int:
        """About how many tokens a request takes, its words counted roughly."""
        frames = request.frames
        video = self._family.video_tokens(len(frames.images), frames.size)
        return video + len(request.prompt.split()) * 3 // 2

    def _text(self, request: Request) -> str:
        words = request.prompt
        messages = []
        if request.system and self._family.takes_system:
            messages.append(
                _message("system", {"type": "text", "text": request.system})
            )
        elif request.system:
            words = f"{request.system}\n{words}"
        text = {"type": "text", "text": words}
        messages.append(_message("user", {"type": "video"}, text))
        template = self._processor.chat_template or self._family.template
        return self._processor.apply_chat_template(
            messages, chat_template=template, add_generation_prompt=True
        )


def pixels(frames: Frames) -> torch.Tensor:
    """(frames, channels, height, width), uint8."""
    return torch.from_numpy(np.stack(frames.images)).permute(0, 3, 1, 2)


def metadata(frames: Frames) -> VideoMetadata:
    """The times of the frames in the only words that processors understand."""
    height, width = frames.size
    return VideoMetadata(
        total_num_frames=max(1, round(frames.duration * _CLOCK_HZ)),
        fps=float(_CLOCK_HZ),
        width=width,
        height=height,
        duration=frames.duration,
        frames_indices=[round(time * _CLOCK_HZ) for time in frames.timestamps],
    )


def _message(role: str, *parts: dict[str, str]) -> dict[str, Any]:
    return {"role": role, "content": list(parts)}


def _videos_kwargs(processor: Any, family: Family) -> Mapping[str, Any]:  # noqa: ANN401
    known = processor.video_processor.valid_kwargs.__annotations__
    kwargs = {k: v for k, v in family.videos_kwargs.items() if k in known}
    if family.max_frame_pixels is not None:
        own = processor.video_processor.size
        kwargs["size"] = {
            edge: min(own[edge], family.max_frame_pixels)
            for edge in ("shortest_edge", "longest_edge")
        }
    return kwargs
