"""One sequence a clip: its visual tokens once, then its questions beside each other."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from torch.utils.data import Dataset

from corpus.media.errors import MediaError
from model.text import Encoder
from model.text import Example as EncodedExample
from model.training.dataset import ExampleDataset, PackedItem, Skipped
from model.training.example_store import StoredExamples
from model.training.examples import Example


class PackedDataset(Dataset[PackedItem]):
    """The examples of another dataset, those about one clip together.

    Encoding a clip is most of the work of an example, and its questions share it.

    Attributes:
        lengths: Tokens of each sequence, as the other dataset knows them.
    """

    def __init__(
        self,
        dataset: ExampleDataset,
        examples: Sequence[Example],
        encoder: Encoder,
        *,
        most: int,
        max_tokens: int,
    ) -> None:
        """Put together what fits.

        Args:
            dataset: Of `examples`, in their order.
            examples: Those about texts alone stay alone.
            encoder: Joins their sequences.
            most: Questions of one sequence.
            max_tokens: Of one sequence.
        """
        self._dataset = dataset
        self._encoder = encoder
        self._packs: list[list[int]] = []
        self.lengths: list[int] = []
        for members in _by_clip(examples):
            self._add(members, dataset.visual_token_count, most, max_tokens)

    @property
    def epoch(self) -> int:
        return self._dataset.epoch

    @epoch.setter
    def epoch(self, epoch: int) -> None:
        self._dataset.epoch = epoch

    def __len__(self) -> int:
        return len(self._packs)

    def __getitem__(self, index: int) -> PackedItem:
        members = self._packs[index]
        try:
            video = self._dataset.video(members[0])
        except MediaError as error:
            clip = self._dataset.clip(members[0])
            return [Skipped(str(clip), error.message)]
        found = [self._dataset.encoded(member, video) for member in members]
        skipped = [one for one in found if isinstance(one, Skipped)]
        usable = [one for one in found if isinstance(one, EncodedExample)]
        joined = self._encoder.join(usable) if usable else []
        return [*joined, *skipped]

    def _add(
        self, members: Sequence[int], visual: int, most: int, max_tokens: int
    ) -> None:
        """Fill sequences with one clip's examples in their order."""
        length = 0
        for position, member in enumerate(members):
            own = self._dataset.lengths[member] - visual
            is_full = position and len(self._packs[-1]) == most
            if not position or is_full or length + own > max_tokens:
                self._packs.append([])
                self.lengths.append(visual)
                length = visual
            self._packs[-1].append(member)
            length += own
            self.lengths[-1] = length


def _by_clip(examples: Sequence[Example]) -> list[list[int]]:
    """Places of the examples about each clip, in the order of its first."""
    groups: dict[Path | int, list[int]] = defaultdict(list)
    if isinstance(examples, StoredExamples):
        for place, number in enumerate(examples.clip_numbers.tolist()):
            groups[number].append(place)
    else:
        for place, example in enumerate(examples):
            groups[example.clip or place].append(place)
    return list(groups.values())
