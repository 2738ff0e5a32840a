"""Qwen2.5-VL: as Qwen2-VL, with positions in seconds taken from the metadata."""

from generation.engines.families import qwen2_vl

FAMILY = qwen2_vl.FAMILY
