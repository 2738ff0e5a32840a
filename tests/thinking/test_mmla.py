"""MMLA on the platform: builds, replies, tables, bundle, pages."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from sklearn.metrics import precision_recall_fscore_support

from accounts.models import Role
from analysis.__main__ import main
from corpus.media_files import stored
from corpus.models import Video, VideoMedia
from tasks.answering import View
from tasks.mmla.sets import all_sets
from tests.corpus.pages.showing import signed_in
from tests.tasks.mmla import folders
from tests.thinking.making import make_sealed_build
from tests.thinking.mmla import answer_labels, label_folder, make_label_build
from tests.thinking.people import choice, join, make_open_item_study
from thinking.models import AnswerRun, Build, Item, ItemAssignment
from thinking.selectors.builds import asked_item
from thinking.selectors.results import current_label_results
from thinking.services.giving import give_items
from thinking.services.person_answers import record_choices, submit_items

pytestmark = pytest.mark.django_db

INTENT = all_sets()["MIntRec"]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def researcher() -> Client:
    return signed_in(Role.RESEARCHER)


def command(name: str, *arguments: object, **options: object) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "layout",
    [
        folders.published,
        folders.inference,
        lambda root: folders.fine_tuning(root, "llama-factory"),
    ],
    ids=["published", "inference", "fine-tuning"],
)
def test_a_folder_in_any_layout_becomes_twelve_builds_in_two_commands(
    layout: Callable[[Path], Path], tmp_path: Path
) -> None:
    folder = layout(tmp_path)

    table = command("check_mmla", folder)
    for name in all_sets():
        assert f"| {name} |" in table
    first = command("build_mmla", folder, "--seal")
    again = command("build_mmla", folder)

    assert first.count("(new)") == again.count("(already there)") == 12
    assert Build.objects.exclude(sealed_at=None).count() == 12
    for name, labels in all_sets().items():
        build = Build.objects.get(counts__has_key=name)
        assert build.labels == labels
        rows = {one.item_id: one for one in build.items.select_related("video")}
        assert [*rows] == sorted(folders.row_ids(labels))
        for row_id, text, label in zip(
            folders.row_ids(labels),
            folders.UTTERANCES,
            folders.gold(labels),
            strict=True,
        ):
            item = rows[row_id]
            assert (item.utterance, item.options[item.answer]) == (text, label)
            assert item.video.external_id == f"{name}/test/{row_id}"
            assert label not in str(item.video)


def test_clips_are_taken_from_folders_and_archives_even_later(tmp_path: Path) -> None:
    folder = label_folder(tmp_path, "MOSI", "MELD")
    meld = all_sets()["MELD"]
    command("build_mmla", folder)
    assert not VideoMedia.objects.exists()

    folders.pack(folder / "MELD" / "Meld-Video.tar.gz", folders.clips(meld))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mosi_wka5oygbeki$_$0.MP4").write_bytes(folders.MP4)
    (elsewhere / "MOSI_WKA5OygbEKI$_$1.mp4").write_bytes(folders.MP4)
    (elsewhere / "MOSI_WKA5OygbEKI$_$2.mp4").write_bytes(b"")
    said = command("build_mmla", folder, "--clips", str(elsewhere))

    assert "8 items, 8 with a clip" in said
    assert "8 items, 1 with a clip" in said
    for media in VideoMedia.objects.all():
        assert stored(media.original).read_bytes() == folders.MP4
        assert "MELD" not in media.original


def test_an_unknown_label_stops_the_build_and_says_where(tmp_path: Path) -> None:
    folder = label_folder(tmp_path, "MUStARD", "MOSI")
    with (folder / "MOSI" / "test.tsv").open("a") as file:
        file.write("x$_$1\tHm\tmixed\n")

    with pytest.raises(CommandError, match="Correct the labels of MOSI"):
        command("check_mmla", folder)
    with pytest.raises(CommandError, match=r"test.tsv, line 10: 'mixed'"):
        command("build_mmla", folder)
    with pytest.raises(CommandError, match="not a folder"):
        command("build_mmla", tmp_path / "nowhere")
    with pytest.raises(CommandError, match="try check_mmla"):
        command("build_mmla", folder, "--split", "train")

    assert not Build.objects.exists()
    assert not Video.objects.exists()


def scored(build: Build, folder: Path) -> tuple[dict[str, str], AnswerRun]:
    """A source that is right in half of all items, and once unreadable."""
    golds = {one.item_id: one.options[one.answer] for one in build.items.all()}
    said = {
        item: f"emotion: {gold}" if number % 2 else "emotion: joy"
        for number, (item, gold) in enumerate(golds.items())
    }
    said[next(iter(said))] = "I think she is neutral or sad"
    return golds, answer_labels(folder, build, said)


def test_the_figures_are_scikit_learns_with_the_sets_labels(tmp_path: Path) -> None:
    build = make_label_build(tmp_path, rows=40)
    golds, _run = scored(build, tmp_path)

    results = current_label_results(build)

    labels = list(all_sets()["MELD"].labels)
    run = build.runs.get()
    said = [
        reply.item.options[reply.place] if reply.place is not None else "-"
        for reply in run.replies.select_related("item").order_by("item")
    ]
    expected = precision_recall_fscore_support(
        [*golds.values()], said, labels=labels, average="macro", zero_division=0
    )
    (found,) = results.runs
    assert [found.scores.precision, found.scores.recall, found.scores.f1] == [
        pytest.approx(100 * figure) for figure in expected[:3]
    ]
    assert found.counts.unreadable == 1
    assert found.accuracy.lo < found.accuracy.pct < found.accuracy.hi
    assert found.f1_lo < found.scores.f1 < found.f1_hi
    # With the unreadable reply as one more class, macro F1 is lower.
    assert found.as_published.f1 < found.scores.f1
    assert results.majority_label in {"neutral", "surprise"}
    assert results.majority.accuracy == pytest.approx(build.report["majority_pct"])


def test_the_zip_gives_every_number_again_without_the_platform(
    researcher: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = make_label_build(tmp_path, rows=30)
    scored(build, tmp_path)
    golds = {one.item_id: one.options[one.answer] for one in build.items.all()}
    answer_labels(tmp_path, build, golds, view=View.NONE)
    answer_labels(tmp_path, build, golds, source="Model Two")
    said = researcher.get(reverse("thinking:file", args=[build.name, "json"]))

    response = researcher.get(reverse("thinking:bundle", args=[build.name]))
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    (tmp_path / "answers.zip").write_bytes(content)
    capsys.readouterr()
    status = main(["thinking", str(tmp_path / "answers.zip"), "--format", "json"])

    assert status == 0
    assert json.loads(capsys.readouterr().out) == json.loads(said.content)
    found = json.loads(said.content)["tables"]
    assert [row["view"] for row in found["visual_gain"]] == ["no video"]
    assert [row["first"] for row in found["pairs"]] == ["Model One"]
    assert len(ZipFile(io.BytesIO(content)).namelist()) > 10


def test_pages_lead_from_all_sets_to_a_label_and_to_what_was_answered(
    researcher: Client, tmp_path: Path
) -> None:
    build = make_label_build(tmp_path, "MUStARD")
    run = answer_labels(
        tmp_path,
        build,
        dict.fromkeys(folders.row_ids(all_sets()["MUStARD"]), "Sincere."),
    )

    def page(name: str, *keys: object) -> str:
        return researcher.get(reverse(name, args=keys)).content.decode()

    assert "MMLA: all sets" in page("thinking:builds")
    overview = page("thinking:mmla")
    assert reverse("thinking:build", args=[build.name]) in overview
    assert "not legible in our source" in overview
    assert "GPT-4o" in overview
    assert "Model One" in overview
    shown = page("thinking:build", build.name)
    assert "Which of 2 labels fits the speaker?" in shown
    results = page("thinking:results", build.name)
    assert "always “sincere”" in results
    assert "Only 1 dialogue:" in results
    replies = page("thinking:run", run.public_id)
    assert "What it says" in replies
    assert "sarcastic" in replies
    assert reverse("thinking:compare", args=[build.name]) in results
    assert reverse("thinking:mmla_compare") in overview


def test_without_builds_the_page_says_how_to_make_them(researcher: Client) -> None:
    shown = researcher.get(reverse("thinking:mmla")).content.decode()

    assert "manage.py build_mmla FOLDER --seal" in shown
    assert "Qwen2-VL-72B" in shown


def test_replies_that_do_not_fit_the_labels_are_refused(tmp_path: Path) -> None:
    build = make_label_build(tmp_path, "MOSI")
    item = build.items.first()
    assert item is not None

    for fields, words in (
        ({"text": "positive", "rotation": 2}, "2 orders"),
        ({"probabilities": [0.7, 0.1, 0.1, 0.1]}, "takes texts"),
        ({"text": "positive", "resps": [["positive"]]}, "JSON Lines"),
    ):
        path = tmp_path / "odd.jsonl"
        path.write_text(json.dumps({"item_id": item.item_id, **fields}) + "\n")
        with pytest.raises(CommandError, match=words):
            command("import_replies", path, "--build", build.name, "--source", "One")

    run = answer_labels(tmp_path, build, {item.item_id: "negative"})
    reply = run.replies.get()
    last = build.items.last()
    assert last is not None
    reply.pk, reply.item, reply.place = None, last, 2
    with (
        pytest.raises(IntegrityError, match="reply_fits_its_run"),
        transaction.atomic(),
    ):
        reply.save(force_insert=True)


def test_the_database_keeps_builds_and_items_to_their_kind(tmp_path: Path) -> None:
    build = make_label_build(tmp_path, "MOSI")
    other = make_sealed_build()

    wrong: list[tuple[object, dict[str, object], str]] = [
        (build, {"selection": other.selection, "name": "a"}, "build_of_choices"),
        (other, {"selection": None, "name": "b"}, "build_of_choices"),
    ]
    for row, change, name in wrong:
        for field, value in (change | {"pk": None, "sealed_at": None}).items():
            setattr(row, field, value)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            row.save(force_insert=True)  # type: ignore[attr-defined]
    item = Item.objects.filter(build__kind="labels").first()
    assert item is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(answer=2)


def test_people_choose_labels_and_are_not_told_which_is_right(tmp_path: Path) -> None:
    build = make_label_build(tmp_path, "MIntRec", clips=8)
    study = make_open_item_study(
        build=build, batch_size=4, redundancy=2, moves_options=True
    ).study
    person, other = join(study), join(study)
    client = Client()
    client.force_login(person.user)  # type: ignore[arg-type]

    assignment = give_items(membership=person)
    page = client.get(reverse("thinking:sheet", args=[assignment.public_id]))
    html = page.content.decode()
    assert "What is the intent of this speaker?" in html
    assert "The speaker says:" in html
    assert "ask for help" in html
    assert html.count('type="search"') == 4
    assert "Keys: Enter to go on" in html
    assert "S05_E15" not in html
    answer(assignment, shift=0)
    for shift in (0, 1):
        answer(give_items(membership=other), shift=shift)

    found = current_label_results(build).people
    assert found is not None
    assert (found.people, found.answers) == (2, 12)
    assert found.accuracy.pct == pytest.approx(100 * 8 / 12)
    assert (found.lowest_pct, found.highest_pct) == (50, 100)
    answer_labels(tmp_path, build, dict.fromkeys(folders.row_ids(INTENT), "thank"))
    results = reverse("thinking:results", args=[build.name])
    shown = signed_in(Role.RESEARCHER).get(results).content.decode()
    # People have a row; with one dialogue there is no interval, so no band.
    assert "single person" in shown
    assert "human-band" not in shown
    assert "without videos that they know" in shown
    guidelines = client.get(reverse("annotation:guidelines", args=[study.public_id]))
    assert guidelines.status_code in {200, 404}


def answer(assignment: ItemAssignment, *, shift: int) -> None:
    """The right label everywhere, or the one that many places behind it."""
    choices = [
        choice(
            row.position,
            (asked_item(row.item).answer_at(row.rotation) + shift) % 20,
        )
        for row in assignment.answers.all()
    ]
    record_choices(assignment=assignment, choices=choices)
    submit_items(assignment=assignment)
