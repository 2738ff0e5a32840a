"""Instructions and answers as token ids, around the places of the visual tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from transformers import (
    LlamaTokenizer,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)

from model.config import MimicChatConfig
from model.mimic_chat import IGNORED_LABEL
from model.video import VideoInput


class TextTooLongError(ValueError):
    """An answer for which a sequence has no room; shorten it."""


@dataclass(frozen=True)
class Example:
    """One video with an instruction and, in training, its answer.

    Attributes:
        video: What the branches see.
        input_ids: The start, [VID], spatial places, [SEP], instruction, answer, and
            what the config's `TextFormat` has between them.
        labels: The answer's ids at their places, `IGNORED_LABEL` elsewhere.
        cut_count: Tokens of the instruction's beginning that did not fit.
        token_count: Of the whole sequence, temporal tokens included.
        segments: Where several questions follow one video: for each token 0 up to
            [SEP], then the question's number from 1.
    """

    video: VideoInput
    input_ids: tuple[int, ...]
    labels: tuple[int, ...]
    cut_count: int
    token_count: int
    segments: tuple[int, ...] = ()


class Encoder:
    """Writes examples for one network, never longer than its sequence."""

    def __init__(
        self, config: MimicChatConfig, tokenizer: PreTrainedTokenizerBase
    ) -> None:
        self._config = config
        self.tokenizer = tokenizer
        text = config.text
        self.start_id = self._id_of(text.start)
        self.padding_id = self._id_of(text.padding)
        self.answer_end_id = self._id_of(text.answer_end)
        if text.layout == "frames":
            self._image_ids = [self._id_of(text.image_start)]
            self._image_end_ids = [self._id_of(text.image_end)]
        self._after_count = len(self._ids(text.after))

    def encode(
        self,
        video: VideoInput,
        instruction: str,
        answer: str | None = None,
        *,
        reserve: int = 0,
    ) -> Example:
        """An example; the instruction loses its beginning where it does not fit.

        Args:
            video: The video.
            instruction: The prompt; what must not be lost stands at its end.
            answer: In training.
            reserve: In generation: tokens to leave room for.

        Raises:
            TextTooLongError: Not even the answer (or the reserve) fits.
        """
        visual, lead = self._opening(video)
        answer_ids = [] if answer is None else self.answer_ids(answer)
        temporal = len(video.frames) if self._config.has_temporal_branch else 0
        fixed = len(visual) + temporal + len(self._ids(lead)) + self._after_count
        limit = self._config.language.max_tokens
        room = limit - fixed - len(answer_ids) - reserve
        if room < 0:
            message = (
                f"The answer of {len(answer_ids) + reserve} tokens does not fit into "
                f"{limit} beside {fixed} others: shorten it by {-room}."
            )
            raise TextTooLongError(message)
        words, cut_count = self._prompt_ids(lead, instruction, room)
        before_answer = [*visual, *words]
        return Example(
            video=video,
            input_ids=(*before_answer, *answer_ids),
            labels=(*[IGNORED_LABEL] * len(before_answer), *answer_ids),
            cut_count=cut_count,
            token_count=temporal + len(before_answer) + len(answer_ids),
        )

    def join(self, examples: Sequence[Example]) -> list[Example]:
        """Examples about one video as few sequences in which it stands once.

        A question sees the video and itself, from where it would stand alone.

        Args:
            examples: At least one; each fits into a sequence by itself.
        """
        opening, _ = self._opening(examples[0].video)
        limit = self._config.language.max_tokens
        sequences: list[list[Example]] = []
        room = 0
        for example in examples:
            own = len(example.input_ids) - len(opening)
            if own > room:
                sequences.append([])
                room = limit - example.token_count + own
            sequences[-1].append(example)
            room -= own
        return [_joined(sequence, len(opening)) for sequence in sequences]

    def answer_ids(self, answer: str) -> list[int]:
        """An answer with the token that closes it."""
        return [*self._ids(answer), self.answer_end_id]

    def answer_of(self, ids: list[int]) -> str:
        """The text of generated ids, up to the token that closes it."""
        if self.answer_end_id in ids:
            ids = ids[: ids.index(self.answer_end_id)]
        return str(self.tokenizer.decode(ids, skip_special_tokens=True)).strip()

    def _prompt_ids(
        self, lead: str, instruction: str, room: int
    ) -> tuple[list[int], int]:
        """What follows the video, and how many tokens of the instruction were cut.

        Written in one go with what comes before: word boundaries depend on it.
        """
        ids = self._ids(lead + instruction + self._config.text.after)
        kept = len(self._ids(lead))
        cut_count = max(0, len(ids) - kept - self._after_count - room)
        return [*ids[:kept], *ids[kept + cut_count :]], cut_count

    def _opening(self, video: VideoInput) -> tuple[list[int], str]:
        """The ids up to [SEP], and the text that goes before the instruction."""
        config, text = self._config, self._config.text
        count = len(video.tiles) * config.spatial.tokens_per_tile
        if text.layout == "block":
            spatial = [config.spatial_id] * count
            visual = [config.video_id, *spatial, config.separator_id]
            return [self.start_id, *visual], text.before
        if not count:
            return [self.start_id], text.before
        return [self.start_id, *self._frame_lines(count)], "\n"

    def _frame_lines(self, spatial_count: int) -> list[int]:
        """A line for each frame, up to the last one's end, which [SEP] stands for."""
        config, text = self._config, self._config.text
        frames = config.spatial.frame_count
        places = [config.spatial_id] * (spatial_count // frames)
        ids: list[int] = []
        for number in range(1, frames + 1):
            lead = "\n" if number > 1 else text.before
            is_first, is_last = number == 1, number == frames
            ids += [
                *self._ids(lead + text.frame.format(number)),
                *([config.video_id] if is_first else self._image_ids),
                *places,
                *([config.separator_id] if is_last else self._image_end_ids),
            ]
        return ids

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False))

    def _id_of(self, token: str) -> int:
        ids = self.tokenizer.convert_tokens_to_ids(token)
        if (
            not isinstance(ids, int)
            or self.tokenizer.convert_ids_to_tokens(ids) != token
        ):
            message = f"The tokenizer does not know {token}, which the config names."
            raise ValueError(message)
        return ids


def _joined(examples: Sequence[Example], shared: int) -> Example:
    first = examples[0]
    if len(examples) == 1:
        return first
    ids, labels = list(first.input_ids[:shared]), list(first.labels[:shared])
    segments = [0] * shared
    for number, example in enumerate(examples, 1):
        ids += example.input_ids[shared:]
        labels += example.labels[shared:]
        segments += [number] * (len(example.input_ids) - shared)
    return Example(
        video=first.video,
        input_ids=tuple(ids),
        labels=tuple(labels),
        cut_count=sum(example.cut_count for example in examples),
        token_count=len(ids) + first.token_count - len(first.input_ids),
        segments=tuple(segments),
    )


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """The tokenizer in a folder: `tokenizer.json`, or InternLM2's `tokenizer.model`.

    No code of the folder runs.
    """
    if (folder / "tokenizer.json").is_file():
        return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    if (folder / "tokenizer.model").is_file():
        return LlamaTokenizer.from_pretrained(folder, local_files_only=True)
    message = f"{folder} has neither tokenizer.json nor tokenizer.model."
    raise FileNotFoundError(message)
