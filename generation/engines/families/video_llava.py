"""Video-LLaVA: eight frames and no other number, 257 tokens each; Vicuna's words."""

from generation.engines.families.base import Family

FAMILY = Family(tokens_per_frame=257, takes_system=False, frame_count=8)
