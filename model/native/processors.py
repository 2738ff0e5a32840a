"""Where the processors of video models differ in how they are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

# The conversation format of models on Vicuna, some of which bring no template.
_VICUNA = (
    "{% for message in messages %}"
    "{{ 'USER: ' if message['role'] == 'user' else 'ASSISTANT: ' }}"
    "{% for part in message['content'] %}"
    "{{ '<video>\n' if part['type'] == 'video' else part['text'] }}"
    "{% endfor %} {% endfor %}"
    "{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)


@dataclass(frozen=True)
class Asking:
    """What has to be told to a processor; the defaults are what most of them need.

    Attributes:
        videos_kwargs: For the video processor, beside the metadata; those that the
            installed one does not know are left out.
        max_frame_pixels: The cap where tokens go by pixels, if the processor has a
            larger one of its own.
        template: In Jinja; for checkpoints that bring none.
    """

    videos_kwargs: Mapping[str, Any] = field(default_factory=dict)
    max_frame_pixels: int | None = None
    template: str | None = None


_QWEN2 = Asking({"cap_pixels_per_frame": True}, max_frame_pixels=512 * 28 * 28)
_BY_CLASS: Mapping[str, Asking] = MappingProxyType(
    {
        "Qwen2VLProcessor": _QWEN2,
        "Qwen2_5_VLProcessor": _QWEN2,
        "Qwen3VLProcessor": Asking({"cap_pixels_per_frame": True}),
        "LlavaNextVideoProcessor": Asking(template=_VICUNA),
        "VideoLlavaProcessor": Asking(template=_VICUNA),
    }
)


def asking(processor: object) -> Asking:
    """How this processor wants to be asked."""
    return _BY_CLASS.get(type(processor).__name__, Asking())
