"""Qwen2-VL: tokens by pixels, two frames a token."""

from generation.engines.families.base import Family

FAMILY = Family(frames_per_token=2)
