"""The artefact audit: surface features, what they give away, and the page."""

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from sklearn.linear_model import LogisticRegression

from analysis.artefacts.audit import SHARES, audit_of
from analysis.artefacts.giveaway import giveaway
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
