"""What the trainer and the evaluation need of whatever is trained."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, Self

from torch import Tensor

from corpus.media.strips import Strip
from model.mimic_chat import MimicChat
from model.native.inputs import TimedFrames
from model.native.network import NativeNetwork
from model.training.clip_store import ClipFrames
from model.training.config import TrainingConfig
from model.training.dataset import Asked, Skipped
from model.training.examples import Example, Examples
from model.training.preference_data import Preferences

TrainedNetwork = MimicChat | NativeNetwork


class TrainingSet(Protocol):
    """What is learnt, decoded when it is asked for.

    Attributes:
        lengths: Tokens of each example, as far as they are known without decoding.
        epoch: The sampler's; with the seed and the place it decides the frames drawn.
    """

    lengths: list[int]
    epoch: int

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Any: ...  # noqa: ANN401 - for the collator


class HeldOutSet(TrainingSet, Protocol):
    """What is measured: each example can also be asked."""

    def video(self, index: int) -> Any:  # noqa: ANN401 - for the learner's answers
        """What is seen of one example's clip.

        Raises:
            MediaError: It does not decode.
        """
        ...

    def asked(self, index: int) -> Asked | Skipped:
        """One question, its clip decoded, or why it cannot be asked."""
        ...


class BatchMaker(Protocol):
    """Makes a batch of the usable examples; `skipped` holds the others."""

    def __call__(self, examples: Sequence[Any]) -> dict[str, Any]: ...


class Learner(Protocol):
    """A network, its examples, and how it is asked and kept."""

    @property
    def network(self) -> TrainedNetwork: ...
    @property
    def collator(self) -> BatchMaker: ...
    @property
    def datasets(self) -> tuple[TrainingSet, HeldOutSet]:
        """To learn from, and held out."""
        ...

    def answers(self, videos: Sequence[Any], prompts: Sequence[str]) -> list[str]:
        """The likeliest answer to each prompt about its video."""
        ...

    def drawn(
        self, videos: Sequence[Any], prompts: Sequence[str], seeds: Sequence[int]
    ) -> list[str]:
        """An answer to each prompt, drawn by its seed."""
        ...

    def export(self, folder: Path) -> None:
        """Write the trained network as engines load it."""
        ...


class Frames(Protocol):
    """Where decoded clips are, for MIMIC-Chat and with times for other models."""

    def frames(self, clip: Path) -> ClipFrames: ...

    def timed_frames(self, clip: Path) -> TimedFrames: ...


class Ready(Protocol):
    """Everything a run needs, checked, before anything large is built."""

    @property
    def config(self) -> TrainingConfig: ...
    @property
    def examples(self) -> Examples: ...
    @property
    def held_out(self) -> Sequence[Example]: ...
    @property
    def preferences(self) -> Preferences | None:
        """Where the run learns them."""
        ...

    @property
    def strips(self) -> tuple[Strip, ...]:
        """What to keep of each clip."""
        ...

    def start(self) -> TrainedNetwork:
        """The network as training finds it."""
        ...

    def load(self, folder: Path) -> TrainedNetwork:
        """The network as a run left it.

        Raises:
            ValueError: The folder holds none, or stands on another base.
        """
        ...

    def learner(self, network: Any, frames: Frames | None) -> Learner:  # noqa: ANN401
        """The network with the examples."""
        ...

    def dataset(self, examples: Sequence[Example], frames: Frames | None) -> HeldOutSet:
        """These examples, their frames the same in each epoch."""
        ...

    def asking(self, held_out: Sequence[Example]) -> Self:
        """The same run with nothing to learn, and these examples to measure on."""
        ...


def to_network(batch: dict[str, Any], network: TrainedNetwork) -> dict[str, Tensor]:
    """A collator's batch, without its notes, where the network is."""
    return {
        name: value.to(network.device)
        for name, value in batch.items()
        if isinstance(value, Tensor)
    }
