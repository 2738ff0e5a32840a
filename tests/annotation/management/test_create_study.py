"""Studies from a file, on the command line."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotation.models import DocumentKind, Study
from corpus.models import VideoSelection
from tests import factories

pytestmark = pytest.mark.django_db

STUDY_FILE = """
title = "Pilot"
key = "pilot"
selection = "best"
videos = ["x:listed"]
sources = ["writer", "author"]
redundancy = 2
human_comment_count = 4
tells_human_count = true
batches_per_annotator = 10
guidelines = "Judge by the *text*."

[[training]]
text = "so cute omg"
origin = "human"
feedback = "Short."

[[questions]]
text = "How many?"
choices = ["Five", "* Not told"]

[[checks]]
text = "Please choose AI here."
expected_verdict = "ai"
"""


def write(folder: Path, content: str, name: str = "study.toml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_plan_makes_a_whole_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.make_source("author")
    factories.make_source("writer")
    selected = factories.make_video()
    listed = factories.make_video(platform="x", external_id="listed")
    VideoSelection.objects.create(key="best", title="Best").videos.add(selected)
    researcher = factories.make_researcher()

    call_command(
        "create_study", write(tmp_path, STUDY_FILE), researcher=researcher.username
    )

    study = Study.objects.get(key="pilot")
    assert capsys.readouterr().out == "pilot: 2 batches\n"
    assert {batch.video for batch in study.batches.all()} == {selected, listed}
    assert [source.key for source in study.declared_sources] == ["writer", "author"]
    assert (study.redundancy, study.human_comment_count) == (2, 4)
    assert (study.tells_human_count, study.batches_per_annotator) == (True, 10)
    assert study.training_items.get().text == "so cute omg"
    assert study.comprehension_questions.get().right_choice == 1
    assert study.attention_checks.get().expected_verdict == "ai"
    assert study.memberships.get().user == researcher


def test_what_the_plan_leaves_out_has_the_defaults(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps({"title": "Katzen & Hunde"}), "study.json")

    call_command("create_study", path)

    study = Study.objects.get()
    assert (study.key, study.human_comment_count, study.redundancy) == (
        "katzen-hunde",
        5,
        3,
    )
    kinds = {document.kind for document in study.documents.all()}
    assert kinds == {*DocumentKind.values}


def test_options_make_a_study_without_a_file_and_win_over_it(tmp_path: Path) -> None:
    path = write(tmp_path, 'title = "From the file"\nredundancy = 2\n')

    call_command("create_study", path, title="From the option")
    call_command("create_study", title="Alone", redundancy=7)

    first, second = Study.objects.order_by("pk")
    assert (first.title, first.redundancy) == ("From the option", 2)
    assert (second.title, second.redundancy) == ("Alone", 7)


def test_every_error_of_a_plan_is_said_at_once_and_nothing_is_made(
    tmp_path: Path,
) -> None:
    content = """
redundancy = 0
colour = "red"
videos = ["x:gone"]
sources = ["nobody"]

[[questions]]
text = "How many?"
choices = ["Five", "Six"]

[[checks]]
text = "Please choose AI here."
"""

    with pytest.raises(CommandError) as refused:
        call_command("create_study", write(tmp_path, content))

    message = str(refused.value)
    for words in (
        "colour: studies have no such setting",
        "title: This field is required.",
        "redundancy: Ensure this value is greater than or equal to 1.",
        "video_list: Line 1: the corpus has no video x:gone.",
        "sources: The AI source nobody doesn't exist.",
        "questions 1: answers: Put a star",
        "checks 1: Enter the expected verdict, the expected score, or both.",
    ):
        assert words in message
    assert not Study.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("study.toml", "title = ", "is not valid TOML"),
        ("study.json", "{", "is not valid JSON"),
        ("study.json", "[]", "must contain an object"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(
    tmp_path: Path, name: str, content: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_study", write(tmp_path, content, name))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone\.toml"):
        call_command("create_study", tmp_path / "gone.toml")


def test_who_judges_cannot_run_a_study() -> None:
    user = factories.make_user()

    with pytest.raises(CommandError, match="not the username of a researcher"):
        call_command("create_study", title="Pilot", researcher=user.username)
