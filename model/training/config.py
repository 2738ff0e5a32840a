"""What one training run is: a TOML file with the fields of `TrainingConfig`."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from corpus.comment_prompt import COMMENT_PROMPT
from model.native.config import NativeConfig
from model.plain_values import ConfigError, from_plain
from model.training.recipe import FINE_TUNE, Recipe
from tasks.catalogue import AnswerForm
from tasks.mmla.sets import all_sets

_OUTPUT = "runs/mimic-chat"


@dataclass(frozen=True)
class DataConfig:
    """What is trained on.

    Attributes:
        kind: "records": comments and the seven tasks. "mmla": the labels of MMLA, from
            `mmla`; nothing but `clips`, the frames' fields and these is then read.
            "preferences": what people preferred, from `preferences`; `records` and
            `clips` then say where its videos are.
        preferences: Folder that `manage.py export_preferences` wrote: of the kind
            "pairs" for `objective = "dpo"`, "binary" for the others.
        mmla: Folders of MMLA's data in any layout, or of builds of its sets: what is
            in the train split is learnt, the dev split is held out.
        sets: Sets of MMLA: one for supervised fine-tuning, several for instruction
            tuning, which mixes them. Empty: all that the folders hold.
        wording: Which published prompt of MMLA is asked.
        records: Files in the records format: tasks and comments.
        comment_records: Files of which only the comments are learnt, for clips that
            do not belong to the metadata.
        task_records: Files of which only the tasks are learnt, for comments that
            nobody should write like.
        clips: The folder that the records' `video_path` starts from.
        licenses: Only records whose `license` is one of these; empty: all.
        benchmark_records: Records of videos that must not be trained on.
        benchmark_clips: Their folder of clips.
        fingerprints: File that keeps what clips look like; empty: beside the output.
        shows_video: False: learn (or measure) from texts alone. True: records whose
            clip is not there are left out, and counted.
        held_out_share: Of the videos, kept for evaluation; chosen by their names, so
            that it is the same for every file and run.
        evaluation_examples: Of the held-out ones, at most so many in each evaluation.
        comments_per_video: Most liked comments as targets; the papers' five. 0: none.
        max_comment_chars: Longer comments are passed over; 0: none are.
        comment_prompt: The instruction that a comment answers.
        title_share: Share of the instructions that begin with the video's title.
        tasks: Train on the multiple-choice tasks as well.
        item_builds: Folders of item builds: their items are asked about the records'
            videos, and no others are built. Empty: built from the records.
        answer_form: What answers a question: its letter, as in the papers, or the
            option's text, which very small networks can learn.
        questions_a_sequence: Above 1, a clip's examples share a sequence: its visual
            tokens once, then so many questions at most, each of which sees the video
            and itself. The loss is that of one by one; a batch then counts sequences.
            12 takes all that a clip usually has (ours; the paper does not say).
        spatial_frames: In training a random frame of each interval, as in the paper,
            or always its middle.
        frame_cache: Folder of decoded frames; empty: `frames` in the output.
        frame_cache_gib: Its size limit; the frames unused for longest go first.
        seed: Of the tasks' options and of the frames that are drawn.
    """

    kind: Literal["records", "mmla", "preferences"] = "records"
    preferences: str = ""
    mmla: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    wording: Literal["paper", "code"] = "paper"
    records: tuple[str, ...] = ()
    comment_records: tuple[str, ...] = ()
    task_records: tuple[str, ...] = ()
    clips: str = ""
    licenses: tuple[str, ...] = ()
    benchmark_records: tuple[str, ...] = ()
    benchmark_clips: str = ""
    fingerprints: str = ""
    shows_video: bool = True
    held_out_share: float = 0.05
    evaluation_examples: int = 1000
    comments_per_video: int = 5
    max_comment_chars: int = 0
    comment_prompt: str = COMMENT_PROMPT
    title_share: float = 0.0
    tasks: bool = True
    item_builds: tuple[str, ...] = ()
    answer_form: AnswerForm = "letter"
    questions_a_sequence: int = 1
    spatial_frames: Literal["random", "middle"] = "random"
    frame_cache: str = ""
    frame_cache_gib: float = 50.0
    seed: int = 0


@dataclass(frozen=True)
class PreferenceConfig:
    """How preferences are learnt.

    Attributes:
        beta: How much a step away from the reference costs; TRL's default.
        loss: Of DPO. "robust": with each pair's own chance of being the other way round
            (arXiv:2403.00409); "ipo": per token, for few pairs (arXiv:2310.12036).
        desirable_weight, undesirable_weight: Of KTO; 0: so that both kinds weigh the
            same in all, whatever their numbers.
        sample_count: Comments written for each held-out video before and after, to look
            for signs of reward hacking; 0: none.
    """

    beta: float = 0.1
    loss: Literal["robust", "sigmoid", "ipo"] = "robust"
    desirable_weight: float = 0.0
    undesirable_weight: float = 0.0
    sample_count: int = 4


@dataclass(frozen=True)
class TrainingConfig:
    """One run.

    Attributes:
        network: A size ("8b", "nano") or a file with a network's config.
        init: "random", or a folder: a converted base or an earlier checkpoint.
        base: Where that checkpoint holds trained parts alone: the base it stands on.
        tokenizer: A folder with a tokenizer; empty: that of `init`.
        output: Folder of checkpoints, logs and the trained network.
        objective: "sft": what is to be written is foreseen. "kto", "dpo": what people
            prefer becomes likelier, measured against the network as the run found it.
        preference: How preferences are learnt.
        native: With a checkpoint: fine-tune this published model of transformers
            instead of MIMIC-Chat, by the supplement's section B.
    """

    network: str = "8b"
    init: str = "random"
    base: str = ""
    tokenizer: str = ""
    output: str = _OUTPUT
    objective: Literal["sft", "kto", "dpo"] = "sft"
    preference: PreferenceConfig = field(default_factory=PreferenceConfig)
    native: NativeConfig = field(default_factory=NativeConfig)
    data: DataConfig = field(default_factory=DataConfig)
    recipe: Recipe = field(default_factory=Recipe)

    @classmethod
    def load(cls, path: Path, label_set: str = "") -> Self:
        """Read a .toml file.

        Args:
            path: The file. Its table `recipe_by_set` may hold values of the recipe for
                single sets of MMLA, as the paper's tables do.
            label_set: Train on this set of MMLA alone, in a folder of the output.

        Raises:
            ConfigError: An unknown field or a value of the wrong kind.
        """
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        _take_set(values, label_set)
        if "native" in values:
            if not values["native"].get("checkpoint"):
                message = "Name the published model's folder in `native.checkpoint`."
                raise ConfigError(message)
            values["recipe"] = {**FINE_TUNE, **values.get("recipe", {})}
        return from_plain(cls, values)

    @property
    def is_native(self) -> bool:
        """A model of transformers is fine-tuned."""
        return bool(self.native.checkpoint)

    @property
    def output_folder(self) -> Path:
        return Path(self.output)

    @property
    def example_folder(self) -> Path:
        """Shared by the runs of one folder, as the same data give the same examples."""
        return self.output_folder.parent / "examples"

    @property
    def fingerprint_file(self) -> Path:
        """Shared by the runs of one folder, as each clip is looked at once."""
        beside = self.output_folder.parent / "fingerprints.sqlite"
        return Path(self.data.fingerprints or beside)

    @property
    def frame_folder(self) -> Path:
        return Path(self.data.frame_cache or self.output_folder / "frames")


def _take_set(values: dict[str, Any], label_set: str) -> None:
    """Narrow a config of MMLA to one set, with the recipe's values for it, in place.

    Raises:
        ConfigError: Another kind of data, no set of MMLA, or values for single sets
            and none was chosen.
    """
    data = values.get("data", {})
    by_set = values.pop("recipe_by_set", {})
    if label_set:
        if data.get("kind") != "mmla":
            message = 'Only a config with `data.kind = "mmla"` has sets to choose from.'
            raise ConfigError(message)
        values["output"] = str(Path(values.get("output", _OUTPUT)) / label_set)
        data["sets"] = [label_set]
    chosen = data.get("sets", [])
    unknown = [name for name in (*by_set, *chosen) if name not in all_sets()]
    if unknown:
        message = (
            f"{', '.join(unknown)}: no set of MMLA; they are {', '.join(all_sets())}."
        )
        raise ConfigError(message)
    if by_set and len(chosen) != 1:
        message = "This config has values for single sets: name one, as `--set MELD`."
        raise ConfigError(message)
    if by_set:
        values["recipe"] = values.get("recipe", {}) | by_set.get(chosen[0], {})
