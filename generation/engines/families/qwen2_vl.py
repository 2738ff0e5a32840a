"""Qwen2-VL: tokens by pixels, two frames a token; its pixels must be capped."""

from generation.engines.families.base import Family

FAMILY = Family(
    frames_per_token=2,
    videos_kwargs={"cap_pixels_per_frame": True},
    max_frame_pixels=512 * 28 * 28,
)
