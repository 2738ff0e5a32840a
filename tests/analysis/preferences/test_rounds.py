"""The loop: a trained source is never judged by what it learned from."""

import json
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from analysis.models import JudgeKind, LearningRound, PreferenceExport
from analysis.reporting.pairs import both_ways
from analysis.services.judges import Wanted
from analysis.views.requests import report_now
from annotation.errors import AnnotationError
from annotation.models import Batch, BatchComment, LearnedStudy, Study
from annotation.services.studies.batches import choose_sources, choose_videos
from corpus.models import Source
from tests.analysis.judge.test_stored import fitted
from tests.analysis.preferences.studies import make_consented_study
from tests.factories import make_admin, make_comment, make_researcher, make_video

pytestmark = pytest.mark.django_db


def write_run(folder: Path, preferences_hash: str) -> Path:
    """What `python -m model.training` leaves."""
    (folder / "best").mkdir(parents=True)
    (folder / "best" / "weights.safetensors").write_bytes(b"weights")
    result = {
        "objective": "dpo",
        "preferences": {"preferences_hash": preferences_hash},
        "kl_nats": float("nan"),
        "signs": ["comments are 40% longer"],
    }
    (folder / "result.json").write_text(json.dumps(result))
    return folder


def turn(study: Study, folder: Path, trained: str = "pupil") -> LearningRound:
    """Export, pretend to train, record."""
    call_command("training_use", study.key, "--consent", "1")
    call_command("export_preferences", study.key, "--kind", "pairs", "-o", folder / "p")
    export = PreferenceExport.objects.get(study=study)
    run = write_run(folder / "run", export.preferences_hash)
    start = study.declared_sources[0]
    call_command(
        "learning_round", study.key, run, "--start", start.key, "--trained", trained
    )
    return LearningRound.objects.get(trained__key=trained)


def test_the_follow_up_has_both_versions_and_new_videos_alone(tmp_path: Path) -> None:
    study = make_consented_study(videos=10, annotators=4)

    made = turn(study, tmp_path)

    follow_up = made.follow_up
    assert follow_up is not None
    assert follow_up.declared_sources == [made.start, made.trained]
    learnt = {row.video_id for row in made.export.videos.all() if row.split != "test"}
    assert not learnt & {*follow_up.batches.values_list("video", flat=True)}
    with pytest.raises(AnnotationError, match="trained on judgments of"):
        choose_videos(study=follow_up, add=learnt)


def test_a_run_is_recorded_on_the_page(tmp_path: Path, client: Client) -> None:
    study = make_consented_study(videos=10, annotators=4)
    call_command("training_use", study.key, "--consent", "1")
    call_command("export_preferences", study.key, "--kind", "pairs", "-o", tmp_path)
    export = PreferenceExport.objects.get(study=study)
    run = write_run(tmp_path / "run", export.preferences_hash)
    page = reverse("analysis:learning_round", args=[study.public_id])

    def sent(text: bytes, digest: str = "a" * 64) -> str:
        form = {
            "result": SimpleUploadedFile("result.json", text),
            "checkpoint_hash": digest,
            "start": study.declared_sources[0].key,
            "trained_key": "pupil",
        }
        return client.post(page, form, follow=True).content.decode()

    client.force_login(make_researcher())
    assert client.post(page, {}).status_code == 403
    client.force_login(make_admin())

    result = (run / "result.json").read_bytes()
    assert "learned from no preference data" in sent(b'{"preferences": {}}')
    assert "no JSON" in sent(b"{")
    assert "not the result.json" in sent(b"[]")
    assert "64 digits" in sent(result, "abc")
    assert not LearningRound.objects.exists()
    assert not Source.objects.filter(key="pupil").exists()
    done = sent(result)
    assert "The trained version is recorded." in done
    assert "Create the follow-up study" in done
    assert LearningRound.objects.get().trained.key == "pupil"


def test_the_database_refuses_a_pupil_where_it_learned(tmp_path: Path) -> None:
    study = make_consented_study(videos=10, annotators=4)
    made = turn(study, tmp_path)
    learnt = made.export.videos.exclude(split="test").first()
    assert learnt is not None
    other = Study.objects.create(key="other", title="Other")
    batch = Batch.objects.create(study=other, video=learnt.video)
    comment = make_comment(learnt.video, made.trained)

    def refused() -> pytest.RaisesExc[IntegrityError]:
        return pytest.raises(IntegrityError, match="not_evaluated_by_what_it_learned")

    with refused(), transaction.atomic():
        study.sources.add(made.trained)
    with refused(), transaction.atomic():
        BatchComment.objects.create(batch=batch, comment=comment, source=made.trained)
    # Nor may it be said afterwards that a judged source learned from its study.
    with refused(), transaction.atomic():
        LearnedStudy.objects.create(source=study.declared_sources[1], study=study)
    # A video that it did not learn is fine.
    new = Batch.objects.create(study=other, video=make_video())
    comment = make_comment(new.video, made.trained)
    BatchComment.objects.create(batch=new, comment=comment, source=made.trained)


def test_what_learned_from_a_pupil_learned_from_its_study_as_well(
    tmp_path: Path,
) -> None:
    first = make_consented_study(videos=10, annotators=4)
    made = turn(first, tmp_path / "1")
    second = make_consented_study(videos=10, annotators=4)
    Source.objects.filter(pk=second.declared_sources[0].pk)
    call_command("training_use", second.key, "--consent", "1")
    call_command(
        "export_preferences", second.key, "--kind", "pairs", "-o", tmp_path / "2p"
    )
    export = PreferenceExport.objects.get(study=second)
    run = write_run(tmp_path / "2", export.preferences_hash)
    call_command(
        "learning_round", second.key, run, "--start", "pupil", "--trained", "next"
    )

    grandchild = LearningRound.objects.get(trained__key="next")
    assert grandchild.number == made.number + 1
    draft = Study.objects.create(key="draft", title="Draft")
    learnt = made.export.videos.exclude(split="test").first()
    assert learnt is not None
    choose_videos(study=draft, add=[learnt.video_id])
    with pytest.raises(AnnotationError, match="trained on judgments of"):
        choose_sources(study=draft, sources=[grandchild.trained])


def test_a_run_of_other_preferences_is_refused(tmp_path: Path) -> None:
    study = make_consented_study(videos=4, annotators=2)
    run = write_run(tmp_path / "run", "0" * 64)
    start = study.declared_sources[0].key

    with pytest.raises(CommandError, match="no preference data that this study"):
        call_command(
            "learning_round", study.key, run, "--start", start, "--trained", "new"
        )
    assert not Source.objects.filter(key="new").exists()


def test_the_page_shows_the_chain_and_admins_make_the_follow_up(
    client: Client, tmp_path: Path
) -> None:
    study = make_consented_study(videos=10, annotators=4)
    made = turn(study, tmp_path)
    LearningRound.objects.update(follow_up=None)
    page = reverse("analysis:preferences", args=[study.public_id])
    button = reverse("analysis:follow_up", args=[study.public_id, made.pk])
    client.force_login(make_researcher())
    assert client.post(button).status_code == 403

    client.force_login(make_admin())
    text = client.get(page).content.decode()
    for words in (made.checkpoint_hash[:12], "pupil", "comments are 40% longer"):
        assert words in text
    response = client.post(button)

    made.refresh_from_db()
    assert made.follow_up is not None
    assert str(made.follow_up.public_id) in response["Location"]
    assert made.follow_up.title in client.get(page).content.decode()


def test_the_chain_ends_with_the_paired_difference_by_people(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = make_consented_study(videos=10, annotators=4)
    made = turn(study, tmp_path)
    judged = make_consented_study(videos=10, annotators=4)
    start, trained = judged.declared_sources[:2]
    LearningRound.objects.filter(pk=made.pk).update(
        start=start, trained=trained, follow_up=judged
    )
    capsys.readouterr()

    call_command("learning_round", study.key)

    told = re.search(r"People: \+?(\S+) points", capsys.readouterr().out)
    assert told is not None
    points = both_ways(report_now(judged).report)[trained.key, start.key].points
    assert float(told[1]) == pytest.approx(points, abs=0.051)
    client.force_login(make_admin())
    page = client.get(reverse("analysis:preferences", args=[study.public_id]))
    assert "95 % interval" in page.content.decode()


def test_a_judge_that_prefers_what_people_do_not_is_told_in_red(
    client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = make_consented_study(videos=10, annotators=4)
    made = turn(study, tmp_path)
    judged = make_consented_study(videos=20, annotators=4)
    found = both_ways(report_now(judged).report)
    start, trained = judged.declared_sources[:2]
    if found[trained.key, start.key].points > 0:
        start, trained = trained, start
    LearningRound.objects.filter(pk=made.pk).update(
        start=start, trained=trained, follow_up=judged
    )
    page = reverse("analysis:preferences", args=[study.public_id])
    client.force_login(make_admin())
    places = BatchComment.objects.filter(batch__study=judged).select_related("source")

    def told_by_a_judge_who_prefers(source: Source) -> str:
        given = {
            f"c{place.comment_id}": 0.9
            if place.source.is_human or place.source == source
            else 0.1
            for place in places
        }
        fitted(judged, Wanted(JudgeKind.GIVEN, source.key, given))
        return client.get(page).content.decode()

    assert "the reward was hacked" not in told_by_a_judge_who_prefers(start)
    assert "the reward was hacked" in told_by_a_judge_who_prefers(trained)
    capsys.readouterr()
    call_command("learning_round", study.key)
    assert "the reward was hacked" in capsys.readouterr().out
