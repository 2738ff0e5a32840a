"""What a fine-tune of a model from transformers is made of."""

from dataclasses import dataclass, field

from model.config import LoraSettings


@dataclass(frozen=True)
class NativeConfig:
    """The supplement's section B; what it leaves open is ours.

    Attributes:
        checkpoint: Folder of the published model, as transformers loads it; its
            configuration says which family it is.
        frame_count: Drawn evenly from a clip (ours: what the registry shows it).
        max_short_side: Of the frames, in pixels (likewise).
        max_tokens: Longer examples are left out, and counted.
        lora: Adapters on the language model's attention (rank and places are ours).
    """

    checkpoint: str = ""
    frame_count: int = 8
    max_short_side: int = 448
    max_tokens: int = 4096
    lora: LoraSettings = field(default_factory=LoraSettings)
