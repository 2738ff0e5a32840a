"""InternVL3 in the transformers layout: one tile of 256 tokens a frame."""

from generation.engines.families.base import Family

FAMILY = Family(tokens_per_frame=258)
