"""LLaVA-OneVision: 27 x 27 patches of a frame, pooled to 14 x 14."""

from generation.engines.families.base import Family

FAMILY = Family(tokens_per_frame=196)
