"""Qwen3-VL: writes each frame's second into the text; patches of 32 pixels."""

from generation.engines.families.base import Family

FAMILY = Family(frames_per_token=2)
