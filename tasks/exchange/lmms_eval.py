"""A build as a task folder of lmms-eval, and its logged samples as replies.

`python -m lmms_eval --include_path FOLDER --tasks NAME --log_samples ...`, run in the
folder, whose `clips/` holds the videos. Format: lmms-eval's task guide; samples: what
`--log_samples` writes.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tasks.builds import Build
from tasks.errors import TasksError
from tasks.exchange.replies import ImportedReply

DOCS_FILE = "docs.jsonl"
CLIPS = "clips"
_YAML = """\
# {name}: {count} multiple-choice items about short videos. Run in this folder:
# python -m lmms_eval --include_path . --tasks {task} --log_samples ...
task: {task}
dataset_path: json
dataset_kwargs:
  data_files:
    test: {docs}
test_split: test
output_type: generate_until
doc_to_visual: !function utils.doc_to_visual
doc_to_text: !function utils.doc_to_text
doc_to_choice: !function utils.doc_to_choice
doc_to_target: answer
process_results: !function utils.process_results
generation_kwargs:
  max_new_tokens: 16
  temperature: 0
  do_sample: false
# One video has up to seven items: errors are clustered by it.
cluster_key: video
metric_list:
  - metric: accuracy
    aggregation: mean
    higher_is_better: true
metadata:
  - version: {rules}
    build: {name}
    sha256: {sha256}
"""
_UTILS = '''\
"""Functions of the task: strict about what counts as an answer."""

import re
from pathlib import Path

_CLIPS = Path(__file__).parent / "clips"
_LETTER = re.compile(
    r"\\W*(?:the )?(?:correct )?(?:answer|option)?(?: is)?\\W*([A-D])\\W*", re.I
)


def doc_to_visual(doc):
    return [str(_CLIPS / doc["clip"])]


def doc_to_text(doc, lmms_eval_specific_kwargs=None):
    return doc["prompt"]


def doc_to_choice(doc):
    return doc["choices"]


def process_results(doc, results):
    match = _LETTER.fullmatch(results[0].strip())
    said = match[1].upper() if match else ""
    return {"accuracy": float(said == doc["answer"])}
'''


def write_task_folder(build: Build, folder: Path) -> str:
    """Write the folder; return the task's name."""
    folder.mkdir(parents=True, exist_ok=True)
    task = f"mimic_thinking_{build.sha256[:8]}"
    with (folder / DOCS_FILE).open("w", encoding="utf-8", newline="\n") as file:
        for item in build.items:
            doc = {
                "item_id": item.item_id,
                "task": item.task,
                "video": item.video,
                "clip": clip_name(item.video),
                "prompt": item.prompt(),
                "choices": item.options,
                "answer": item.right_answer(),
            }
            file.write(json.dumps(doc, ensure_ascii=False) + "\n")
    text = _YAML.format(
        name=build.name,
        count=len(build.items),
        task=task,
        docs=DOCS_FILE,
        rules=build.rules_version,
        sha256=build.sha256,
    )
    (folder / f"{task}.yaml").write_text(text, encoding="utf-8")
    (folder / "utils.py").write_text(_UTILS, encoding="utf-8")
    return task


def clip_name(video: str) -> str:
    """What the clip of a video is called in exports: slashes are no part of a name."""
    return video.replace("/", "_") + ".mp4"


def read_samples(path: Path, build: Build) -> Iterator[ImportedReply]:
    """The replies in a file of logged samples.

    Raises:
        TasksError: A line is no sample of this build.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                sample = json.loads(line)
                yield ImportedReply(_item_id(sample, build), _said(sample))
            except (
                ValueError,
                KeyError,
                IndexError,
                TypeError,
                AttributeError,
            ) as error:
                message = f"{path.name}, line {number} is no logged sample: {error!r}"
                raise TasksError(message) from error


def _item_id(sample: dict[str, Any], build: Build) -> str:
    doc = sample.get("doc") or {}
    # Some versions log the number of the document alone.
    return str(doc.get("item_id") or build.items[int(sample["doc_id"])].item_id)


def _said(sample: dict[str, Any]) -> str:
    found: object = sample.get("filtered_resps") or sample["resps"]
    while isinstance(found, Sequence) and not isinstance(found, str):
        found = found[0]
    return str(found)
