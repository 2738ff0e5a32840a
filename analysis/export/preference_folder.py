"""Preference data as a folder: JSON Lines by split, a README with numbers, Croissant.

`datasets.load_dataset("the/folder")` reads it as it is.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import numpy as np

from analysis.errors import AnalysisError
from analysis.export.croissant import described
from analysis.export.preference_readme import WHAT, About, readme
from analysis.preferences.counts import Counts, LeftOut, counts_of
from analysis.preferences.kinds import Kind
from analysis.preferences.readings import Readings
from analysis.preferences.rows import FIELDS, Row, rows_of
from analysis.preferences.splits import SPLITS, split_videos
from pages.phrases import phrase as _

README: Final = "README.md"
CROISSANT: Final = "croissant.json"
# What a training run copies into its result.
MANIFEST: Final = "export.json"


@dataclass(frozen=True, eq=False)
class Folder:
    """What is written.

    Attributes:
        files: Content by name.
        counts: The numbers.
        splits: By label of the video.
        judgments_hash, preferences_hash: SHA-256 of what went in and of the lines.
    """

    files: dict[str, bytes]
    counts: Counts
    splits: dict[str, str]
    judgments_hash: str
    preferences_hash: str


def folder_of(
    kind: Kind, readings: Readings, about: About, left_out: LeftOut
) -> Folder:
    """Make all files.

    Raises:
        AnalysisError: There is no line.
    """
    rows = [*rows_of(kind, readings, about.prompt)]
    if not rows:
        raise AnalysisError(_NOTHING[kind])
    usable = np.flatnonzero(readings.is_usable).tolist()
    platforms = {
        readings.facts[one].video: readings.facts[one].platform for one in usable
    }
    splits = split_videos(platforms, about.seed, about.test_share)
    lines = {
        f"{split}.jsonl": _lines(row for row in rows if splits[row["video"]] == split)
        for split in SPLITS
    }
    counts = counts_of(rows, readings, splits, left_out)
    digest = sha256()
    for name, content in lines.items():
        digest.update(name.encode() + b"\0" + content)
    hashes = readings.judgments.fingerprint, digest.hexdigest()
    files = dict(lines)
    files[MANIFEST] = _manifest(kind, about, hashes).encode()
    files[CROISSANT] = _croissant(kind, about, lines).encode()
    files[README] = readme(kind, about, counts, hashes).encode()
    return Folder(files, counts, splits, *hashes)


_NOTHING: Final = {
    Kind.BINARY: _("No comment has a verdict that may be used."),
    Kind.PAIRS: _(
        "No pair of comments under one video is sure enough (p of 0.8 or more). "
        "Collect more answers for each comment."
    ),
    Kind.INDIVIDUAL: _("No judgment may be used."),
}


def _lines(rows: Iterable[Row]) -> bytes:
    return b"".join(
        json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows
    )


def _manifest(kind: Kind, about: About, hashes: tuple[str, str]) -> str:
    said = {
        "study": about.key,
        "kind": kind.value,
        "is_simulated": about.is_simulated,
        "judgments_hash": hashes[0],
        "preferences_hash": hashes[1],
    }
    return json.dumps(said, indent=1) + "\n"


def _croissant(kind: Kind, about: About, files: Mapping[str, bytes]) -> str:
    return described(
        f"{about.study}: {kind}",
        WHAT[kind],
        [
            {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "contentUrl": name,
                "encodingFormat": "application/jsonlines",
                "sha256": sha256(content).hexdigest(),
            }
            for name, content in files.items()
        ],
        [_record_set(kind, name.removesuffix(".jsonl"), name) for name in files],
    )


def _record_set(kind: Kind, split: str, file: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{split}/{name}",
                "name": name,
                "description": field.told,
                "dataType": field.type,
                "source": {
                    "fileObject": {"@id": file},
                    "extract": {"column": name},
                },
            }
            for name, field in FIELDS[kind].items()
        ],
    }
