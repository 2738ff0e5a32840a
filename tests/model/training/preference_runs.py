"""Small runs that learn a planted preference: one style of comment over another."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.model.training.runs import write_run

GOOD = ("lol {n} nice", "haha {n} yes", "no way {n}")
LABELS = tuple(f"tests:v{number}" for number in range(8))
BAD = ("A remarkable scene {n}.", "A great display {n}.", "A wonderful view {n}.")


def write_preferences(
    folder: Path, kind: str, *, labels: Sequence[str] = LABELS
) -> Path:
    """An export: the last two videos are for validation."""
    for name, numbers in (
        ("train", range(len(labels) - 2)),
        ("validation", range(len(labels) - 2, len(labels))),
    ):
        rows = [
            row for number in numbers for row in _rows(kind, number, labels[number])
        ]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    said = {"kind": kind, "preferences_hash": "0" * 64, "is_simulated": True}
    (folder / "export.json").write_text(json.dumps(said))
    return folder


def _rows(kind: str, number: int, label: str) -> list[dict[str, Any]]:
    shared = {"video": label, "title": "", "prompt": "Write a comment."}
    good = [one.format(n=number) for one in GOOD]
    bad = [one.format(n=number) for one in BAD]
    if kind == "pairs":
        return [
            {**shared, "chosen": one, "rejected": other, "p": 0.95}
            for one, other in zip(good, bad, strict=True)
        ]
    return [
        {**shared, "completion": text, "label": text in good, "weight": 0.9}
        for text in (*good, *bad)
    ]


def write_preference_run(folder: Path, objective: str, recipe: str = "") -> Path:
    """Everything that a run reads; returns its config's file."""
    kind = "pairs" if objective == "dpo" else "binary"
    write_preferences(folder, kind)
    data = (
        f'kind = "preferences"\npreferences = "{folder}"\n'
        "shows_video = false\ntasks = false"
    )
    file = write_run(folder, data=data, recipe=recipe or "max_steps = 16")
    text = file.read_text()
    file.write_text(
        f'objective = "{objective}"\n{text}\n[preference]\nsample_count = 1\n'
    )
    return file
