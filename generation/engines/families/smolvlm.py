"""SmolVLM2: 81 tokens a frame, and its minute and second in words."""

from generation.engines.families.base import Family

# The processor spells numbers out.
FAMILY = Family(tokens_per_frame=90, modules=("num2words",))
