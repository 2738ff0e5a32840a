"""nano's encoders learn to see, before the network learns to say what they saw.

There are no published encoders of this size; taught by answers alone, within the few
thousand questions there are, they stay blind.
"""

from dataclasses import replace
from pathlib import Path

import torch

from model import checkpoint
from model.config import MimicChatConfig
from model.nano.preparation import CLIP_SEEDS, HELD_OUT_SHARE
from model.synthetic.files import FILE_SIDE, record_of
from model.synthetic.moving_shapes import SyntheticClip, every_combination
from model.training.ablations import DrawnFrames
from model.training.corpus_files import is_held_out
from model.training.encoder_base import Marks, Schooling, teach_encoders

# At more, and without a warm-up, the temporal encoder learns nothing.
_LEARNING_RATE = 7e-4


def learnt_clips() -> list[SyntheticClip]:
    """The synthetic clips that training may see."""
    return [
        clip
        for clip in every_combination(CLIP_SEEDS)
        if not is_held_out(record_of(clip), HELD_OUT_SHARE)
    ]


def teach_to_see(start: Path, folder: Path, *, steps: int, seed: int) -> Marks:
    """Teach a checkpoint's encoders what is on the clips, and write another one.

    Args:
        start: The checkpoint; its language model stays as it is.
        folder: Where to.
        steps: For each encoder, of 32 clips.
        seed: Of the order.

    Returns:
        How much they knew in the end: nothing that follows can make up for a blind eye.
    """
    config = MimicChatConfig.load(start / checkpoint.CONFIG)
    # Frozen or not in the runs to come: here they learn.
    learning = replace(
        config,
        spatial=replace(config.spatial, is_frozen=False),
        temporal=replace(config.temporal, is_frozen=False),
    )
    network, encoder = checkpoint.load(start, config=learning)
    torch.manual_seed(seed)
    clips = learnt_clips()
    schooling = Schooling(
        steps, learning_rate=_LEARNING_RATE, warmup_steps=steps // 20, seed=seed
    )
    marks = teach_encoders(network, clips, DrawnFrames(clips, FILE_SIDE), schooling)
    network.config = config
    checkpoint.save(network, folder, tokenizer=encoder.tokenizer)
    return marks
