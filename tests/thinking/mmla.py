"""Builds of MMLA from small made folders, for the tests of thinking."""

import json
from collections.abc import Mapping
from pathlib import Path

from django.core.management import call_command

from tasks.answering import View
from tasks.mmla.sets import all_sets
from tests.specimens.clips import write_clip
from tests.tasks.mmla.folders import UTTERANCES, gold, row_ids
from thinking.models import AnswerRun, Build, BuildKind
from thinking.services.imports import ReplyFile, import_replies


def label_folder(root: Path, *names: str, rows: int = 0, clips: int = 0) -> Path:
    """Tables as downloaded, of the sets that are named; more rows where asked for."""
    folder = root / "MMLA-Datasets"
    clip = root / "clip.mp4"
    if clips:
        write_clip(clip)
    for name in names:
        labels = all_sets()[name]
        place = folder / labels.folder
        place.mkdir(parents=True)
        own = [*zip(row_ids(labels), UTTERANCES, gold(labels), strict=True)]
        own += [
            (
                f"7{number:03}_0",
                f"Sentence {number}",
                labels.labels[number % 2],
            )
            for number in range(rows - len(own))
        ]
        lines = ["id\ttext\tlabel", *("\t".join(row) for row in own)]
        (place / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        if clips:
            (place / "video").mkdir()
            for row_id, _text, _label in own[:clips]:
                file = place / "video" / f"{labels.prefix}_{row_id}.mp4"
                file.hardlink_to(clip)
    return folder


def make_label_build(root: Path, name: str = "MELD", **how: object) -> Build:
    """One sealed build; its clips, if any, are processed."""
    folder = label_folder(root, name, **how)  # type: ignore[arg-type]
    call_command("build_mmla", folder, seal=True, process_media=True, verbosity=0)
    return Build.objects.get(kind=BuildKind.LABELS, counts__has_key=name)


def answer_labels(
    root: Path,
    build: Build,
    said: Mapping[str, str],
    *,
    source: str = "Model One",
    view: View = View.VIDEO,
) -> AnswerRun:
    """Import replies, by the item that each is to."""
    path = root / f"{source}-{view}.jsonl"
    lines = [json.dumps({"item_id": one, "text": text}) for one, text in said.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = ReplyFile(path, path.name, source, view)
    return import_replies(build=build, file=file)[0]
