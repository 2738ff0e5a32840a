"""The artefact audit: surface features, what they give away, and the page."""

import html

import numpy as np
import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from sklearn.linear_model import LogisticRegression

from analysis.artefacts.audit import SHARES, audit_of
from analysis.artefacts.giveaway import giveaway
from analysis.models import ReportState, StoredAudit
from analysis.services.audits import audit_in, compute_audit, request_audit
from annotation.models import BatchComment, Study
from corpus.logistic import fit
from corpus.surface import FEATURES, opening_of, script_of, surface_of
from tests import factories


def feature(text: str, name: str) -> float:
    return float(surface_of([text])[0, [*FEATURES].index(name)])


@pytest.mark.parametrize(
    ("name", "with_it", "without"),
    [
        ("emoji", "so cute 🐶", "so cute"),
        ("hashtag", "love it #dogs", "love it # 1"),
        ("mention", "@anna look", "anna look"),
        ("ends with a full stop", "It is a dog.", "It is a dog"),
        ("dash", "a dog — my dog", "a dog - my dog"),
        ("curly quotes or apostrophes", "it’s a dog", "it's a dog"),
        ("all lower case", "lol ok", "Lol ok"),
        ("words in capitals", "WHAT a dog", "What a dog"),
        ("stretched letters", "sooo good", "soo good"),
        ("not in Latin letters", "なんて犬だ", "what a dog"),
        ("starts with a capital", "“The dog", "the Dog"),
    ],
)
def test_a_feature_tells_its_mark(name: str, with_it: str, without: str) -> None:
    assert feature(with_it, name) > feature(without, name) == 0


@pytest.mark.parametrize(
    ("text", "script"),
    [("what a dog", "Latin"), ("собака!", "Cyrillic"), ("🐶🐶", ""), ("አማ", "other")],
)
def test_a_text_has_the_script_of_most_of_its_letters(text: str, script: str) -> None:
    assert script_of(text) == script


def test_an_opening_is_of_a_longer_text() -> None:
    assert opening_of("This video really moves") == "this video"
    assert opening_of("So good") == ""


def test_the_weights_are_those_of_scikit_learn() -> None:
    chance = np.random.default_rng(3)
    table = chance.normal(size=(400, 5))
    is_human = table[:, 0] - table[:, 1] + chance.normal(size=400) > 1

    weights = fit(table, is_human)

    other = LogisticRegression(C=1.0, class_weight="balanced", tol=1e-8)
    other.fit(table, is_human)
    expected = [*other.coef_[0], other.intercept_[0]]
    np.testing.assert_allclose(weights, expected, atol=1e-3)


def test_a_tell_tale_feature_is_found_and_named() -> None:
    is_human = np.arange(300) % 3 == 0
    table = np.zeros((300, len(FEATURES)))
    table[:, 2] = is_human
    table[:, 5] = np.random.default_rng(1).normal(size=300)

    found = giveaway(table, is_human, np.arange(300) // 6)

    assert found is not None
    assert found.area > 0.99
    assert found.balanced_accuracy > 0.99
    assert found.features[0][0] == [*FEATURES][2]
    assert found.features[0][1] > 0


def test_nothing_to_learn_is_within_the_noise() -> None:
    chance = np.random.default_rng(2)
    table = chance.normal(size=(600, len(FEATURES)))

    found = giveaway(table, np.arange(600) % 3 == 0, np.arange(600) // 6)

    assert found is not None
    assert abs(found.area - 0.5) < 2 * found.noise


def test_too_few_videos_give_no_number() -> None:
    table = np.zeros((40, len(FEATURES)))

    assert giveaway(table, np.arange(40) % 2 == 0, np.arange(40) // 20) is None


# --- Of a study ---------------------------------------------------------------------


def make_telling_study() -> Study:
    """People in lower case; one model that repeats itself, with a full stop."""
    study = factories.make_study(videos=0, ai_sources=[], humans=4)
    source = factories.make_source("formal", title="Formal One")
    study.sources.add(source)
    people = factories.human_source()
    for number in range(8):
        video = factories.make_video()
        batch = study.batches.create(video=video)
        slots = [(people, slot, f"haha no way {number} {slot}") for slot in range(1, 5)]
        for writer, slot, text in [*slots, (source, 1, "This video shows a dog.")]:
            comment = factories.make_comment(video, writer, text)
            BatchComment.objects.create(
                batch=batch, comment=comment, source=writer, slot=slot
            )
    return study


@pytest.mark.django_db
def test_the_audit_describes_each_source() -> None:
    audit = audit_of(make_telling_study())

    people, model = audit.sources
    full_stop = [*SHARES].index("ends with a full stop")
    assert [people.is_human, people.count, people.repeated_count] == [True, 32, 0]
    assert [model.title, model.count, model.repeated_count] == ["Formal One", 8, 8]
    assert [people.shares[full_stop], model.shares[full_stop]] == [0, 100]
    assert model.openings == (("this video", 100.0),)
    assert model.quartiles[2] == len("This video shows a dog.")


@pytest.mark.django_db
def test_the_page_says_how_much_the_surface_gives_away(client: Client) -> None:
    study = make_telling_study()
    for _ in range(3):  # enough of either kind to measure
        video = factories.make_video()
        batch = study.batches.create(video=video)
        comment = factories.make_comment(
            video, study.sources.get(), "This video shows a cat."
        )
        BatchComment.objects.create(
            batch=batch, comment=comment, source=comment.source, slot=1
        )
    client.force_login(factories.make_admin())

    page = client.get(reverse("analysis:artefacts", args=[study.public_id]))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Annotators could do the same" in text
    assert "“this video” 100 %" in text


@pytest.mark.django_db
def test_a_study_without_comments_says_so(client: Client) -> None:
    study = factories.make_study(videos=0, ai_sources=[])
    client.force_login(factories.make_admin())

    page = client.get(reverse("analysis:artefacts", args=[study.public_id]))

    assert "No comments in batches yet" in page.content.decode()


# --- Kept ---------------------------------------------------------------------------


def opened(client: Client, study: Study) -> str:
    client.force_login(factories.make_admin())
    response = client.get(reverse("analysis:artefacts", args=[study.public_id]))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_a_large_study_is_examined_by_the_worker_once(
    client: Client,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.AUDIT_INLINE_COMMENTS = 10
    study = make_telling_study()

    with django_capture_on_commit_callbacks() as sent:
        first = opened(client, study)
        again = opened(client, study)
    compute_audit(stored_id=StoredAudit.objects.get().pk)  # as the worker does
    done = opened(client, study)
    poll = client.get(
        reverse("analysis:artefacts", args=[study.public_id]),
        headers={"HX-Request": "true"},
    )

    assert len(sent) == 1
    for waiting in (first, again):
        assert "are being examined" in waiting
        assert "Formal One" not in waiting
    assert "are being examined" not in done
    assert "“this video” 100 %" in done
    assert poll["HX-Refresh"] == "true"


@pytest.mark.django_db
def test_an_audit_is_kept_until_a_batch_changes() -> None:
    study = make_telling_study()
    first, is_new = request_audit(study=study)
    same, is_same_new = request_audit(study=study)
    placed = BatchComment.objects.filter(slot=4)[0]
    other = factories.make_comment(placed.batch.video, placed.source, "another one")

    BatchComment.objects.filter(pk=placed.pk).update(comment=other)

    changed, is_changed_new = request_audit(study=study)
    assert (is_new, is_same_new, is_changed_new) == (True, False, True)
    assert first == same != changed


@pytest.mark.django_db
def test_what_is_kept_of_an_audit_is_the_audit() -> None:
    study = make_telling_study()
    stored, _ = request_audit(study=study)

    compute_audit(stored_id=stored.pk)

    stored.refresh_from_db()
    assert repr(audit_in(stored)) == repr(audit_of(study))


@pytest.mark.django_db
def test_an_audit_that_failed_says_so_and_can_be_tried_again(client: Client) -> None:
    study = make_telling_study()
    request_audit(study=study)
    StoredAudit.objects.update(state=ReportState.FAILED, error="no memory left")

    failed = opened(client, study)
    client.post(reverse("analysis:artefacts_again", args=[study.public_id]))
    mended = opened(client, study)

    assert "The artefacts couldn't be examined: no memory left" in " ".join(
        html.unescape(failed).split()
    )
    assert "“this video” 100 %" in mended


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "lost"}, "audit_state_is_known"),
        ({"state": "done"}, "done_audit_has_content"),
    ],
)
def test_the_database_refuses_a_senseless_audit(
    changes: dict[str, str], constraint: str
) -> None:
    request_audit(study=make_telling_study())

    with pytest.raises(IntegrityError, match=constraint):
        StoredAudit.objects.update(**changes)
