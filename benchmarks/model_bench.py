"""What the benchmark of the network works on: clips, examples, random weights."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import av
import torch

from corpus.media.frame_indices import thinned_indices
from model.config import MimicChatConfig
from model.initialisation import build
from model.mimic_chat import MimicChat
from model.nano.vocabulary import save_tokenizer, train_tokenizer
from model.sizes import config_of
from model.text import Encoder, load_tokenizer
from model.training.clip_store import ClipFrames
from model.training.examples import Example
from tests.specimens.clips import write_clip

_WORDS = (
    *("so", "cute", "love", "this", "song", "who", "else", "is", "here"),
    *("the", "best", "part", "watched", "it", "twice"),
)
# A comment is a few words; a question has four descriptions in it.
_COMMENT_WORDS, _QUESTION_WORDS = (3, 25), (80, 250)
_CLIP_SIZE, _CLIP_MS, _FRAME_MS = (640, 360), 10_000, 40


def configuration(name: str, depth: int) -> MimicChatConfig:
    """A size; with a depth, all its parts have only so many layers."""
    config = config_of(name)
    if not depth:
        return config
    return replace(
        config,
        spatial=replace(config.spatial, layer_count=depth),
        temporal=replace(config.temporal, layer_count=depth),
        language=replace(config.language, layer_count=depth),
    )


def random_network(config: MimicChatConfig) -> MimicChat:
    """On the GPU in bfloat16 with what trains in float32, or on the processor."""
    torch.manual_seed(0)
    if not torch.cuda.is_available():
        return build(config)
    network = build(config, dtype=torch.bfloat16, device="cuda")
    network.train_in(torch.float32)
    return network


def examples(clips: Sequence[Path], per_clip: int) -> list[Example]:
    """Comments and questions by turns, about each clip."""
    random = Random(0)  # noqa: S311 (no secret)
    made = []
    for clip in clips:
        for number in range(per_clip):
            bounds = _QUESTION_WORDS if number % 2 else _COMMENT_WORDS
            words = random.choices(_WORDS, k=random.randint(*bounds))
            text = " ".join(words)
            made.append(
                Example(text, "B", clip)
                if number % 2
                else Example("Write a comment.", text, clip)
            )
    return made


def encoder(config: MimicChatConfig, folder: Path) -> Encoder:
    """With a small vocabulary, made on the spot."""
    size = min(2000, config.language.vocabulary_size)
    save_tokenizer(train_tokenizer([" ".join(_WORDS)] * 9, size, config.text), folder)
    return Encoder(config, load_tokenizer(folder))


def clips(folder: Path, count: int) -> list[Path]:
    """Of 250 frames, each another file."""
    folder.mkdir(parents=True, exist_ok=True)
    first = folder / "clip-0.mp4"
    if not first.is_file():
        write_clip(first, size=_CLIP_SIZE, times_ms=range(0, _CLIP_MS, _FRAME_MS))
    others = [folder / f"clip-{number}.mp4" for number in range(1, count)]
    for number, clip in enumerate(others):
        # A byte behind the last box makes it another file and changes nothing else.
        clip.write_bytes(first.read_bytes() + b"\0\0\0\x09free" + bytes([number % 256]))
    return [first, *others]


class InlineFrames:
    """Decodes a clip each time it is asked for, as scripts do."""

    def __init__(self, config: MimicChatConfig) -> None:
        self._count = config.temporal.max_frames
        self._side = max(config.spatial.image_size, config.temporal.image_size)

    def frames(self, clip: Path) -> ClipFrames:
        """The same for both branches."""
        with av.open(str(clip)) as container:
            decoded = list(container.decode(video=0))
        chosen = [decoded[i] for i in thinned_indices(len(decoded), self._count)]
        scale = min(1.0, self._side / min(chosen[0].width, chosen[0].height))
        width, height = (round(n * scale) for n in (chosen[0].width, chosen[0].height))
        pictures = [
            torch.from_numpy(
                frame.to_ndarray(format="rgb24", width=width, height=height)
            )
            for frame in chosen
        ]
        frames = torch.stack(pictures)
        return ClipFrames(frames, frames)
