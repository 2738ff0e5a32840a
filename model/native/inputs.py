"""Instructions about clips to tensors, through the processor of a checkpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.feature_extraction_utils import BatchFeature
from transformers.video_utils import VideoMetadata

from model.native.processors import Asking, asking

# Times are told in frames of a thousand a second: a processor that divides indices by
# the rate then finds the true times, in videos of a varying rate too.
_CLOCK_HZ = 1000


@dataclass(frozen=True, eq=False)
class TimedFrames:
    """What a model sees of a clip.

    Attributes:
        pixels: (frames, height, width, 3), bytes.
        times_s: When each is shown, after the clip's first frame.
        duration_s: Of the whole clip.
    """

    pixels: Tensor
    times_s: tuple[float, ...]
    duration_s: float


class ClipInputs:
    """Builds the inputs of a batch; safe for several threads."""

    def __init__(self, processor: Any) -> None:  # noqa: ANN401 - one class a family
        self.processor = processor
        self._asking = asking(processor)
        self._videos_kwargs = _videos_kwargs(processor, self._asking)

    def text(
        self, instruction: str, *, system: str | None = None, has_clip: bool = True
    ) -> str:
        """A conversation up to where the answer begins."""
        video = [{"type": "video"}] if has_clip else []
        words = [{"type": "text", "text": instruction}]
        messages = [{"role": "user", "content": video + words}]
        if system:
            said = [{"type": "text", "text": system}]
            messages.insert(0, {"role": "system", "content": said})
        return str(
            self.processor.apply_chat_template(
                messages,
                chat_template=self.processor.chat_template or self._asking.template,
                add_generation_prompt=True,
            )
        )

    def batch(self, texts: Sequence[str], clips: Sequence[TimedFrames]) -> BatchFeature:
        """Padded on the left; tensors on the processor's memory.

        Args:
            texts: What `text` wrote.
            clips: One for each text that has one, in their order.

        Raises:
            ValueError: The processor refuses the frames.
        """
        bos = self.processor.tokenizer.bos_token
        # A template that writes the first token itself would have it doubled.
        writes_bos = bool(bos) and texts[0].startswith(bos)
        videos: dict[str, Any] = {}
        if clips:
            videos["videos"] = [clip.pixels.permute(0, 3, 1, 2) for clip in clips]
            videos["videos_kwargs"] = {
                "video_metadata": [_metadata(clip) for clip in clips],
                "do_sample_frames": False,
                **self._videos_kwargs,
            }
        return self.processor(
            text=list(texts),
            return_tensors="pt",
            text_kwargs={
                "padding": True,
                "padding_side": "left",
                "add_special_tokens": not writes_bos,
            },
            **videos,
        )


def end_ids(network: Any, processor: Any) -> list[int]:  # noqa: ANN401 - as above
    """Tokens that end an answer, by the tokenizer and by the checkpoint."""
    own = network.generation_config.eos_token_id
    stated = own if isinstance(own, list) else [own]
    return sorted({processor.tokenizer.eos_token_id, *stated} - {None})


def for_network(
    inputs: Mapping[str, Tensor], device: torch.device | str, dtype: torch.dtype
) -> dict[str, Tensor]:
    """There, with pixels in the network's type; times stay exact."""
    moved = {}
    for name, tensor in inputs.items():
        is_pixels = name.startswith("pixel_values") and tensor.is_floating_point()
        kind = dtype if is_pixels else tensor.dtype
        moved[name] = tensor.to(device, kind, non_blocking=True)
    return moved


def _metadata(clip: TimedFrames) -> VideoMetadata:
    """The times of the frames in the only words that processors understand."""
    _, height, width, _ = clip.pixels.shape
    return VideoMetadata(
        total_num_frames=max(1, round(clip.duration_s * _CLOCK_HZ)),
        fps=float(_CLOCK_HZ),
        width=width,
        height=height,
        duration=clip.duration_s,
        frames_indices=[round(time * _CLOCK_HZ) for time in clip.times_s],
    )


def _videos_kwargs(processor: Any, told: Asking) -> Mapping[str, Any]:  # noqa: ANN401
    known = processor.video_processor.valid_kwargs.__annotations__
    kwargs = {k: v for k, v in told.videos_kwargs.items() if k in known}
    if told.max_frame_pixels is not None:
        own = processor.video_processor.size
        kwargs["size"] = {
            edge: min(own[edge], told.max_frame_pixels)
            for edge in ("shortest_edge", "longest_edge")
        }
    return kwargs
