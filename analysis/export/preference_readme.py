"""The README of preference data, which the Hugging Face Hub shows as its card."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analysis.preferences.counts import Counts
from analysis.preferences.kinds import Kind
from analysis.preferences.rows import FIELDS
from analysis.preferences.splits import SPLITS


@dataclass(frozen=True)
class About:
    """What the README says beside numbers.

    Attributes:
        study: Title.
        key: The study's.
        consent: Versions of the consent text that name training, such as "1, 3".
        is_simulated: Nobody judged: programs did.
        software: Name and version.
        prompt: Of each line.
        seed: Of the split.
        test_share: Of the videos.
    """

    study: str
    key: str
    consent: str
    is_simulated: bool
    software: str
    prompt: str
    seed: int = 0
    test_share: float = 0.1


_README: Final = """---
pretty_name: {name}
license: other
tags:
- preference
- human-evaluation
configs:
- config_name: default
  data_files:
{data_files}
---

# {title}

{what}
{warning}
Consent: annotators agreed to version {consent} of the study's consent text, which names
training. Judgments of {left_annotators} annotators who agreed to another text are left
out. {left_videos} videos of benchmarks are left out.

| | train | validation | test |
| --- | --- | --- | --- |
| lines | {rows} |
| videos | {videos} |

From {judgments} judgments of {annotators} annotators on {comments} comments. Whole
videos are split, each platform into all parts (seed {seed}). {numbers}

Humanness (theta) is the log-odds that a typical annotator says Human, from verdicts and
scores, freed from how lenient and how attentive each annotator is and from what the
comments of a video share; the source is no part of the model. With few answers a
comment it is drawn to the mean, and its standard deviation says how far to trust it.
Rank correlation with simpler readings: {agreement}. {discrimination}

| column | holds |
| --- | --- |
{columns}

Judgments' hash {judgments_hash}; hash of the lines {preferences_hash}. Created with
{software} from the study {key}. The comments belong to their authors: before you
publish this folder, set the licence and say how the texts were obtained. A model
trained on it can't be evaluated by the same study, nor under the videos of `train` and
`validation`.
"""
WHAT: Final = {
    Kind.BINARY: (
        "One line a comment, with whether people take it for human and how sure "
        "that is. KTO, reward models. TRL's KTOTrainer reads `prompt`, "
        "`completion`, `label`."
    ),
    Kind.PAIRS: (
        "Pairs of comments under one video of which people take one for human more "
        "often, with a chance of 0.8 or more. DPO and its relatives. TRL's DPOTrainer "
        "reads `prompt`, `chosen`, `rejected`."
    ),
    Kind.INDIVIDUAL: (
        "One line a judgment, with a number for the annotator that holds in this file "
        "alone. For models of individual annotators."
    ),
}
_SIMULATED: Final = """
**Simulated annotators: programs made these judgments. Nothing about people follows.**
"""


def readme(kind: Kind, about: About, counts: Counts, hashes: tuple[str, str]) -> str:
    """What the folder holds.

    Args:
        kind: Of the lines.
        about: What numbers do not say.
        counts: The numbers.
        hashes: Of the judgments and of the lines.
    """
    return _README.format(
        name=json.dumps(f"{about.study}: {kind}", ensure_ascii=False),
        title=f"{about.study}: {kind}",
        data_files="\n".join(
            f"  - split: {split}\n    path: {split}.jsonl"
            for split in SPLITS
            if counts.rows[split]
        ),
        what=WHAT[kind],
        warning=_SIMULATED if about.is_simulated else "",
        consent=about.consent,
        left_annotators=counts.left_out_annotators,
        left_videos=counts.left_out_videos,
        rows=" | ".join(f"{counts.rows[split]:,}" for split in SPLITS),
        videos=" | ".join(f"{counts.videos[split]:,}" for split in SPLITS),
        judgments=f"{counts.judgments:,}",
        annotators=f"{counts.annotators:,}",
        comments=f"{counts.comments:,}",
        seed=about.seed,
        numbers=_numbers(kind, counts),
        agreement=", ".join(f"{k} {v:.2f}" for k, v in counts.agreement.items()),
        discrimination=_discrimination(counts),
        columns="\n".join(
            f"| `{name}` | {field.told} |" for name, field in FIELDS[kind].items()
        ),
        judgments_hash=hashes[0],
        preferences_hash=hashes[1],
        software=about.software,
        key=about.key,
    )


def _numbers(kind: Kind, counts: Counts) -> str:
    lines = sum(counts.rows.values())
    if kind == Kind.PAIRS:
        return (
            f"{counts.mixed_pairs} of {lines} pairs are of a human and an AI comment. "
            f"Chosen: {_listed(counts.sources)}. "
            f"Rejected: {_listed(counts.rejected_sources)}."
        )
    labelled = f" {counts.human_labels} of {lines} lines are labelled human."
    return f"Lines by source: {_listed(counts.sources)}." + (
        labelled if kind == Kind.BINARY else ""
    )


def _listed(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counted.items())


def _discrimination(counts: Counts) -> str:
    if not counts.known_annotators:
        return "No annotator judged four batches, so discrimination is not shown."
    low, high = counts.discrimination
    return (
        f"Discrimination of the {counts.known_annotators} annotators with four batches "
        f"or more: {low:.2f} to {high:.2f} (1 is usual)."
    )
