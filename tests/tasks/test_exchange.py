"""Builds for other harnesses, read as those read them, and their results as replies."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
import yaml

from tasks.__main__ import main
from tasks.builds import Build, make_build, write_build
from tasks.catalogue import Task
from tasks.errors import TasksError
from tasks.exchange.lmms_eval import read_samples, write_task_folder
from tasks.exchange.replies import ImportedReply, answered_items
from tasks.exchange.vlmevalkit import read_predictions, write_table
from tests.tasks.records import corpus


@pytest.fixture(scope="module")
def build() -> Build:
    return make_build(corpus(), seed=1)[0]


def _functions(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("utils", folder / "utils.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Loader(yaml.SafeLoader):
    """Reads `!function` as lmms-eval does: a name in a module beside the file."""


_Loader.add_constructor("!function", lambda _, node: str(node.value))


def test_the_task_folder_is_whole(build: Build, tmp_path: Path) -> None:
    name = write_task_folder(build, tmp_path)

    task = yaml.load((tmp_path / f"{name}.yaml").read_text(), _Loader)  # noqa: S506
    assert task["task"] == name
    assert task["cluster_key"] == "video"
    assert task["metadata"][0]["sha256"] == build.sha256
    functions = _functions(tmp_path)
    for key in ("doc_to_visual", "doc_to_text", "doc_to_choice", "process_results"):
        module, function = task[key].split(".")
        assert module == "utils"
        assert callable(getattr(functions, function))
    docs = tmp_path / task["dataset_kwargs"]["data_files"]["test"]
    for line, item in zip(docs.read_text().splitlines(), build.items, strict=True):
        doc = json.loads(line)
        assert functions.doc_to_text(doc) == item.prompt()
        assert functions.doc_to_choice(doc) == list(item.options)
        assert functions.doc_to_visual(doc)[0].endswith(f"clips/{doc['clip']}")
        assert doc[task["doc_to_target"]] == item.right_answer()
        right = functions.process_results(doc, [f"The answer is {doc['answer']}."])
        assert right == {"accuracy": 1.0}
        assert functions.process_results(doc, ["Based on"]) == {"accuracy": 0.0}


def test_lmms_eval_loads_the_folder_where_it_is_installed(
    build: Build, tmp_path: Path
) -> None:
    tasks = pytest.importorskip("lmms_eval.tasks", reason="lmms-eval is not installed")
    name = write_task_folder(build, tmp_path)

    assert name in tasks.TaskManager(include_path=str(tmp_path)).all_tasks


@pytest.mark.parametrize("form", ["doc", "doc_id", "resps"])
def test_logged_samples_are_replies(build: Build, tmp_path: Path, form: str) -> None:
    lines = []
    for number, item in enumerate(build.items):
        sample: dict[str, object] = {"doc_id": number}
        if form != "doc_id":
            sample["doc"] = {"item_id": item.item_id}
        key = "resps" if form == "resps" else "filtered_resps"
        said = item.right_answer()
        sample[key] = [[said]] if form == "resps" else [said]
        lines.append(json.dumps(sample))
    path = tmp_path / "samples.jsonl"
    path.write_text("\n".join(lines))

    answered = answered_items(read_samples(path, build), build)

    assert len(answered) == len(build.items)
    assert all(text == item.right_answer() for item, text in answered)  # type: ignore[attr-defined]


def test_the_table_is_what_pandas_reads(build: Build, tmp_path: Path) -> None:
    assert write_table(build, tmp_path / "items.tsv") == 0

    table = pd.read_csv(tmp_path / "items.tsv", sep="\t")

    assert not table.isna().any().any()
    for row, item in zip(table.to_dict("records"), build.items, strict=True):
        assert tuple(row[letter] for letter in "ABCD") == item.options
        assert row["answer"] == item.right_answer()
        assert row["category"] == item.task
        assert row["item_id"] == item.item_id


def test_options_that_pandas_would_lose_are_left_out_and_counted(
    build: Build, tmp_path: Path
) -> None:
    first = build.items[0]
    odd = replace(first, options=("NA", *first.options[1:]))
    changed = replace(build, items=(odd, *build.items[1:]))

    assert write_table(changed, tmp_path / "items.tsv") == 1


@pytest.mark.parametrize("suffix", [".tsv", ".json"])
def test_predictions_are_replies(build: Build, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model_items{suffix}"
    write_table(build, tmp_path / "items.tsv")
    table = pd.read_csv(tmp_path / "items.tsv", sep="\t")
    table["prediction"] = table["answer"] + '\n\t"because"'
    if suffix == ".tsv":
        table.to_csv(path, sep="\t", index=False)
    else:
        path.write_text(table.drop(columns="item_id").to_json(orient="records"))

    replies = list(read_predictions(path, build))

    assert [reply.item_id for reply in replies] == [i.item_id for i in build.items]
    assert replies[0].text == f'{build.items[0].right_answer()}\n\t"because"'


def test_other_files_are_refused_with_what_to_do(build: Build, tmp_path: Path) -> None:
    (tmp_path / "model.xlsx").touch()
    (tmp_path / "samples.jsonl").write_text('{"doc_id": 100000, "resps": ["A"]}\n')

    with pytest.raises(TasksError, match="PRED_FORMAT=tsv"):
        list(read_predictions(tmp_path / "model.xlsx", build))
    with pytest.raises(TasksError, match=r"samples\.jsonl, line 1 is no logged sample"):
        list(read_samples(tmp_path / "samples.jsonl", build))


def test_replies_to_another_build_and_second_replies_are_refused(build: Build) -> None:
    item_id = build.items[0].item_id

    with pytest.raises(TasksError, match="of another build"):
        answered_items([ImportedReply("TiS-0", "A")], build)
    with pytest.raises(TasksError, match="two replies"):
        answered_items(
            [ImportedReply(item_id, "A"), ImportedReply(item_id, "B")], build
        )


def test_the_commands_lead_from_a_build_to_a_table_of_accuracies(
    build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_build(build, tmp_path / "build")

    out = str(tmp_path / "out")
    assert main(["export", str(tmp_path / "build"), "--to", out]) == 0
    table = pd.read_csv(tmp_path / "out" / f"{build.name}.tsv", sep="\t")
    table["prediction"] = "A"
    results = tmp_path / "always_a.tsv"
    table.to_csv(results, sep="\t", index=False)
    capsys.readouterr()
    assert main(["score", str(tmp_path / "build"), str(results)]) == 0

    said = capsys.readouterr().out
    titles = [i for i in build.items if i.task is Task.TITLE_SELECTION]
    right = sum(item.answer == 0 for item in titles)
    assert f"| TiS | {100 * right / len(titles):.1f} | {len(titles)} | 0 | 0 |" in said
    assert "| macro |" in said
