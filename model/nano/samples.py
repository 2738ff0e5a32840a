"""Comments as they come, none picked: for the card, and for the eye."""

from collections.abc import Iterator
from pathlib import Path

import torch

from corpus.comment_prompt import COMMENT_PROMPT
from model import checkpoint
from model.decoding import Sampling, generate
from model.nano.preparation import CLIP_SEEDS
from model.synthetic.files import FILE_SIDE
from model.synthetic.moving_shapes import draw, every_combination
from model.video import from_frames

_BATCH = 10


def samples(folder: Path, count: int) -> Iterator[tuple[str, str]]:
    """A clip's name and what the checkpoint writes under it.

    The clips are synthetic ones that training never saw, in their order; the seeds
    are 0, 1, 2 and so on; temperature and top-p are those of the registry's entry.
    """
    network, encoder = checkpoint.load(folder)
    end = CLIP_SEEDS.stop
    clips = list(every_combination(range(end, end + 1 + count // 64)))[:count]
    for first in range(0, count, _BATCH):
        part = clips[first : first + _BATCH]
        texts = generate(
            network,
            encoder,
            [
                from_frames(torch.from_numpy(draw(clip, FILE_SIDE)), network.config)
                for clip in part
            ],
            [COMMENT_PROMPT] * len(part),
            sampling=Sampling(max_new_tokens=64, temperature=0.7, top_p=0.9),
            seeds=range(first, first + len(part)),
        )
        yield from ((clip.name, text) for clip, text in zip(part, texts, strict=True))
