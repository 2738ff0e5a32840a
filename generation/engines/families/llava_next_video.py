"""LLaVA-NeXT-Video: 24 x 24 patches of a frame, pooled to 12 x 12; Vicuna's words."""

from generation.engines.families.base import Family

FAMILY = Family(tokens_per_frame=144, takes_system=False)
