"""Replies of other programs become runs, which never change."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from corpus.models import Source
from tasks.answering import Mode, View
from tasks.exchange.replies import ImportedReply, reply_line
from tests.factories import human_source
from tests.thinking.making import (
    make_item_build,
    make_run,
    make_sealed_build,
    reply_file,
)
from thinking.errors import NotSealedError, RepliesError
from thinking.models import AnswerRun, Build, Reply
from thinking.selectors.runs import reply_lines
from thinking.services.imports import ReplyFile, import_replies, set_run_aside

pytestmark = pytest.mark.django_db


def store(build: Build, path: Path, source: str = "Model One") -> AnswerRun:
    return import_replies(build=build, file=ReplyFile(path, path.name, source))[0]


def lines(*replies: ImportedReply) -> str:
    return "".join(map(reply_line, replies))


def test_every_reply_is_kept_as_received_and_read(tmp_path: Path) -> None:
    build = make_sealed_build()
    one, two, three, four, *_ = build.items.all()
    replies = {
        one.item_id: f"<think>hm</think> {'ABCD'[one.answer]}.",
        two.item_id: two.options[2],
        three.item_id: "I cannot help with that.",
        four.item_id: "What a video",
    }

    run = store(build, reply_file(tmp_path, build, **replies))

    assert run.replies.count() == build.item_count
    stored = {reply.item_id: reply for reply in run.replies.all()}
    assert stored[one.pk].place == one.answer
    assert stored[two.pk].place == 2
    assert (stored[three.pk].place, stored[three.pk].outcome) == (None, "refused")
    assert (stored[four.pk].place, stored[four.pk].outcome) == (None, "unreadable")
    assert {stored[i.pk].text for i in (one, two, three, four)} == {*replies.values()}
    assert (run.mode, run.view, run.rotations) == (Mode.LETTER, View.VIDEO, 1)


def test_rotated_replies_are_read_as_the_options_were_shown(tmp_path: Path) -> None:
    build = make_sealed_build()
    item = build.items.first()
    assert item is not None
    path = tmp_path / "four.jsonl"
    right = item.options[item.answer]
    asked = [ImportedReply(item.item_id, right, rotation=r) for r in range(4)]
    path.write_text(lines(*asked))

    run = store(build, path)

    assert run.rotations == 4
    places = run.replies.order_by("rotation").values_list("place", flat=True)
    assert [*places] == [(item.answer + shift) % 4 for shift in range(4)]


def test_probabilities_choose_the_likeliest_letter(tmp_path: Path) -> None:
    build = make_sealed_build()
    path = tmp_path / "sure.jsonl"
    one, two, *_ = build.items.all()
    path.write_text(
        lines(
            ImportedReply(one.item_id, "", 0, (0.1, 0.2, 0.6, 0.1)),
            ImportedReply(two.item_id, "", 0, (0.7, 0.1, 0.1, 0.1)),
        )
    )

    run = store(build, path)

    assert run.mode == Mode.LIKELIHOOD
    assert [*run.replies.values_list("place", flat=True)] == [2, 0]
    assert "".join(reply_lines(run)) == path.read_text()


def _lmms_eval(_build: Build, folder: Path) -> Path:
    path = folder / "samples.jsonl"
    path.write_text(
        "".join(
            json.dumps({"doc_id": n, "filtered_resps": ["B"]}) + "\n" for n in range(9)
        )
    )
    return path


def _vlmevalkit(build: Build, folder: Path) -> Path:
    path = folder / "table.tsv"
    ids = [*build.items.values_list("item_id", flat=True)[:9]]
    rows = "".join(f"{n}\t{item_id}\tB\n" for n, item_id in enumerate(ids))
    path.write_text(f"index\titem_id\tprediction\n{rows}")
    return path


@pytest.mark.parametrize("write", [_lmms_eval, _vlmevalkit])
def test_files_of_other_harnesses_are_imported_by_command(
    write: Callable[[Build, Path], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build = make_sealed_build()
    path = write(build, tmp_path)
    options = {"build": build.name, "source": "GPT 9", "view": "none", "note": "v1"}

    call_command("import_replies", path, **options)
    call_command("import_replies", path, **options)

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"gpt-9 (new): 9 replies of {build.item_count}, 0 unread")
    assert second.startswith("gpt-9 (already there): 9 replies")
    run = AnswerRun.objects.get()
    assert (run.view, run.note, run.source.title) == (View.NONE, "v1", "GPT 9")
    assert {*run.replies.values_list("place", flat=True)} == {1}
    with pytest.raises(CommandError, match="No build is called nothing"):
        call_command("import_replies", path, build="nothing", source="x")


def test_a_build_that_can_still_go_takes_no_replies(tmp_path: Path) -> None:
    build = make_item_build()

    with pytest.raises(NotSealedError):
        store(build, reply_file(tmp_path, build))
    with (
        pytest.raises(IntegrityError, match="only_a_sealed_build_is_answered"),
        transaction.atomic(),
    ):
        AnswerRun.objects.create(
            build=build,
            source=Source.objects.create(key="x", title="X"),
            mode=Mode.LETTER,
            view=View.VIDEO,
            state="open",
        )


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("", "r.jsonl", "holds no replies"),
        ("[", "r.jsonl", "mine.jsonl, line 1 is no reply"),
        ('{"text": "A"}\n', "r.jsonl", "mine.jsonl, line 1 is no reply"),
        ('{"item_id": "TiS-0", "text": "A"}\n', "r.jsonl", "does not have"),
        ('{"item_id": "x", "text": "A", "rotation": 4}', "r.jsonl", "from 0 to 3"),
        ('{"item_id": "x", "probabilities": [1]}', "r.jsonl", "add up to 1"),
        ("[1]\n", "r.jsonl", "mine.jsonl, line 1 is no reply"),
        ('{"resps": ["A"]}\n[1]\n', "r.jsonl", "line 1 is no logged sample"),
        ('{"resps": ["A"], "doc": []}', "r.jsonl", "line 1 is no logged sample"),
        ("[", "r.json", "can't be read"),
        ('["x"]', "r.json", "row 1 is no prediction"),
        ('{"prediction": "A"}', "r.json", "no list of rows"),
        ('index\tprediction\n"0\t\rA', "r.tsv", "row 1 is no prediction"),
        ("\xff", "r.xlsx", "PRED_FORMAT=tsv"),
    ],
)
def test_a_file_that_is_none_of_ours_stores_nothing_and_says_why(
    content: str, name: str, words: str, tmp_path: Path
) -> None:
    build = make_sealed_build()
    path = tmp_path / name
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(RepliesError, match=words):
        import_replies(build=build, file=ReplyFile(path, "mine.jsonl", "Model"))

    assert not AnswerRun.objects.exists()


def test_two_replies_to_one_item_or_of_two_kinds_are_refused(tmp_path: Path) -> None:
    build = make_sealed_build()
    one, two, *_ = build.items.all()
    path = tmp_path / "r.jsonl"

    path.write_text(lines(ImportedReply(one.item_id, "A")) * 2)
    with pytest.raises(RepliesError, match="two replies to"):
        store(build, path)
    sure = ImportedReply(two.item_id, "", 0, (1, 0, 0, 0))
    path.write_text(lines(ImportedReply(one.item_id, "A"), sure))
    with pytest.raises(RepliesError, match="never mixed"):
        store(build, path)


def test_people_are_no_model(tmp_path: Path) -> None:
    build = make_sealed_build()
    path = reply_file(tmp_path, build)

    with pytest.raises(RepliesError, match="human pool"):
        store(build, path, source=human_source().key)
    with pytest.raises(RepliesError, match="Name the model"):
        store(build, path, source=" - ")


def test_a_reply_never_changes_and_never_goes(tmp_path: Path) -> None:
    run = make_run(tmp_path)

    for change in (
        lambda: run.replies.update(text="B"),
        lambda: run.replies.all().delete(),
        lambda: AnswerRun.objects.filter(pk=run.pk).update(view="none"),
    ):
        with (
            pytest.raises(IntegrityError, match="reply_never_changes"),
            transaction.atomic(),
        ):
            change()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"rotation": 1}, "reply_fits_its_run"),
        ({"rotation": 0}, "one_reply_per_run_item_and_rotation"),
        ({"probabilities": [1, 0, 0, 0], "rotation": 1}, "reply_fits_its_run"),
        ({"place": 30}, "reply_place_is_an_option"),
        ({"place": None}, "reply_that_was_read_names_an_option"),
        ({"outcome": "odd"}, "reply_outcome_is_known"),
    ],
)
def test_the_database_refuses_what_is_no_reply(
    change: dict[str, object], name: str, tmp_path: Path
) -> None:
    reply = make_run(tmp_path).replies.first()
    assert reply is not None
    reply.pk = None
    for field, value in change.items():
        setattr(reply, field, value)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        reply.save(force_insert=True)


def test_a_reply_to_another_builds_item_is_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    stranger = make_item_build(seed=2).items.all()[0]

    with (
        pytest.raises(IntegrityError, match="reply_fits_its_run"),
        transaction.atomic(),
    ):
        Reply.objects.create(
            run=run, item=stranger, place=0, outcome="read", reading_version=1
        )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"mode": "odd"}, "run_mode_is_known"),
        ({"view": "odd"}, "run_view_is_known"),
        ({"rotations": 2}, "run_has_one_or_all_rotations"),
        ({"state": "odd"}, "run_state_is_known"),
        ({"finished_at": None}, "run_is_finished_when_it_is_over"),
        ({"set_aside_at": timezone.now()}, "run_is_set_aside_with_a_reason"),
        ({"note": "again"}, "file_of_replies_is_imported_once"),
    ],
)
def test_the_database_refuses_what_is_no_run(
    change: dict[str, object], name: str, tmp_path: Path
) -> None:
    run = make_run(tmp_path)
    run.pk = None
    run.public_id = "00000000-0000-4000-8000-000000000000"
    if name != "file_of_replies_is_imported_once":
        run.file_sha256 = ""
    for field, value in change.items():
        setattr(run, field, value)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        run.save(force_insert=True)


def test_a_run_is_left_out_with_a_reason_once(tmp_path: Path) -> None:
    run = make_run(tmp_path)

    with pytest.raises(RepliesError, match="Say why"):
        set_run_aside(run=run, reason=" ")
    left_out = set_run_aside(run=run, reason="Wrong checkpoint.")
    with pytest.raises(RepliesError, match="already"):
        set_run_aside(run=run, reason="Again.")

    assert left_out.is_set_aside
    assert run.replies.exists()
