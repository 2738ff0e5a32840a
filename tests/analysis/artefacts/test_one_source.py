"""Each source against people: the worst one is named, and nothing is overclaimed."""

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from analysis.artefacts.giveaway import giveaway
from analysis.artefacts.one_source import Sources, against_people
from annotation.models import BatchComment, Study
from corpus.surface import FEATURES, surface_of
from tests import factories

VIDEOS, PEOPLE, MODELS = 15, 5, 24
_WORDS = (  # noqa: SIM905
    "haha this cat dog is the so cute wow jump look at that who did it again "
    "my brother every monday never seen anything like please more love rain"
).split()
ABSURD = {
    22: "As an AI language model, I enjoyed this video of an animal number {}.",
    23: "This is a great video.",
    24: "The video presents, in a calm and well composed manner, a scene in which the "
    "protagonist interacts with its surroundings, thereby conveying warmth, humour "
    "and a sense of wonder that viewers of every age will surely appreciate, {}.",
}


def like_people(rng: np.random.Generator) -> str:
    """A short comment, with marks and case as they come."""
    words = [str(word) for word in rng.choice(_WORDS, rng.integers(2, 30))]
    if rng.random() < 0.4:
        words[0] = words[0].capitalize()
    ending = ["", "", "!", "?", "...", ".", " 😂"][rng.integers(7)]
    return " ".join(words) + ending


def texts(rng: np.random.Generator, absurd: dict[int, str]) -> list[str]:
    """One after another: each video's people, then its models."""
    return [
        absurd[place].format(video) if place in absurd else like_people(rng)
        for video in range(VIDEOS)
        for place in (*[0] * PEOPLE, *range(1, MODELS + 1))
    ]


def measured(absurd: dict[int, str], seed: int) -> Sources:
    places = [*[0] * PEOPLE, *range(1, MODELS + 1)]
    return against_people(
        surface_of(texts(np.random.default_rng(seed), absurd)),
        np.tile(places, VIDEOS),
        np.repeat(np.arange(VIDEOS), len(places)),
        titles=["Viewers", *(f"Model {place}" for place in range(1, MODELS + 1))],
        people=0,
    )


def test_three_absurd_sources_among_many_are_found() -> None:
    found = measured(ABSURD, seed=3)

    detected = {one.title for one in found.measured if one.is_detected}
    assert detected == {"Model 22", "Model 23", "Model 24"}
    assert found.worst is not None
    assert found.worst.title in detected
    assert found.worst.area > 0.95


def test_all_models_together_hide_a_source_that_stands_out() -> None:
    one_absurd = {24: ABSURD[24]}
    is_human = np.tile([*[True] * PEOPLE, *[False] * MODELS], VIDEOS)
    videos = np.repeat(np.arange(VIDEOS), PEOPLE + MODELS)

    pooled = giveaway(
        surface_of(texts(np.random.default_rng(5), one_absurd)), is_human, videos
    )

    assert pooled is not None
    assert pooled.area < 0.6
    found = measured(one_absurd, seed=5)
    assert [one.title for one in found.measured if one.is_detected] == ["Model 24"]


def test_sources_like_people_are_rarely_accused() -> None:
    accused = [measured({}, seed=seed).detected_count > 0 for seed in range(20, 32)]

    assert sum(accused) <= 2


def test_the_area_and_its_interval_are_those_of_a_known_giveaway() -> None:
    rng = np.random.default_rng(8)
    table = rng.normal(size=(600, len(FEATURES)))
    source = np.arange(600) % 2
    table[:, 0] += 1.5 * (source == 0)  # normal, 1.5 spreads apart: an area of 0.856

    found = against_people(
        table, source, np.arange(600) // 6, titles=["Viewers", "Model"], people=0
    )

    assert found.worst is not None
    assert found.worst.lo < 0.856 < found.worst.hi
    assert 0.02 < found.worst.hi - found.worst.lo < 0.12


def test_a_source_with_few_comments_is_named_as_not_measured() -> None:
    source = np.array([*[0] * 60, *[1] * 9])
    table = np.random.default_rng(1).normal(size=(69, len(FEATURES)))

    found = against_people(
        table, source, np.arange(69) % 12, titles=["Viewers", "Rare"], people=0
    )

    assert (found.measured, found.too_few) == ((), ("Rare",))
    assert found.worst is None


def study_of(absurd: dict[int, str]) -> Study:
    study = factories.make_study(videos=0, ai_sources=[], humans=PEOPLE)
    models = [factories.make_source(title=f"Model {n}") for n in range(20, 25)]
    study.sources.set(models)
    rng = np.random.default_rng(6)
    for number in range(VIDEOS):
        video = factories.make_video()
        batch = study.batches.create(video=video)
        people = [(factories.human_source(), slot) for slot in range(1, PEOPLE + 1)]
        for writer, slot in [*people, *((model, 1) for model in models)]:
            place = 0 if writer.is_human else int(writer.title.split()[1])
            text = absurd[place].format(number) if place in absurd else like_people(rng)
            comment = factories.make_comment(video, writer, f"{text}")
            BatchComment.objects.create(
                batch=batch, comment=comment, source=writer, slot=slot
            )
    return study


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("absurd", "said", "unsaid"),
    [
        (ABSURD, "The surface gives away 3 of 5 AI sources", "No giveaway"),
        ({}, "No giveaway was detected with 75 human comments", "gives away"),
    ],
    ids=["absurd sources", "nothing to find"],
)
def test_the_page_speaks_of_the_worst_source_and_never_of_nothing(
    client: Client, absurd: dict[int, str], said: str, unsaid: str
) -> None:
    study = study_of(absurd)
    client.force_login(factories.make_admin())

    page = client.get(reverse("analysis:artefacts", args=[study.public_id]))

    text = " ".join(page.content.decode().split())
    assert said in text
    assert unsaid not in text
    assert "gives nothing away" not in text
