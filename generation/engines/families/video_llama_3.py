"""VideoLLaMA3: tokens by pixels, and each frame's second in the text."""

from generation.engines.families.base import Family

FAMILY = Family()
