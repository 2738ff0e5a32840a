"""Studies with a judge to be fitted: texts whose surface tells something."""

import numpy as np
from scipy.special import expit

from analysis.judge.material import Material, material_of
from analysis.judgments.arrays import Judgments
from analysis.judgments.columns import Coded, Columns, judgments_from_columns
from annotation.instrument import Verdict
from annotation.models import Batch, BatchComment, Study
from tests.analysis.studies import submit
from tests.factories import (
    human_source,
    join,
    make_comment,
    make_source,
    make_study,
    make_video,
    open_study,
)

# How much a text of each style looks human, in log-odds.
STYLES = {
    "lol {n} that cat tho": 1.2,
    "no way he did that at {n}!!": 0.6,
    "This is a truly remarkable demonstration, number {n}.": -0.8,
    "What a wonderful video — it captures the moment {n} perfectly.": -1.4,
}
SOURCES = ("human", "alpha", "beta", "gamma")
_LEVELS = (1.0, 0.2, -0.4, -0.9)


def text_of(rng: np.random.Generator, number: int) -> tuple[str, float]:
    """A text, and how human it looks."""
    style = list(STYLES)[rng.integers(len(STYLES))]
    return style.format(n=number), STYLES[style]


def simulated_material(
    *, videos: int = 120, judged: int = 60, annotators: int = 15, each: int = 3
) -> Material:
    """All comments of a study, of which people judged those under some videos."""
    rng = np.random.default_rng(4)
    comments: dict[str, tuple[str, str, str]] = {}
    rows: list[tuple[int, int, str, str, int, bool, int]] = []
    leaning = rng.normal(0, 0.4, annotators)
    for video in range(videos):
        team = rng.choice(annotators, each, replace=False)
        for place, source in enumerate(SOURCES):
            label = f"c{video * 10 + place}"
            text, looks = text_of(rng, video)
            comments[label] = (f"v{video:03d}", source, text)
            if video >= judged:
                continue
            for person in team:
                odds = looks + _LEVELS[place] + leaning[person] + rng.normal(0, 0.3)
                says = int(rng.random() < expit(odds))
                rows.append(
                    (person, video, label, source, place, source == "human", says)
                )
    return material_of(_judgments(rows, annotators), comments)


def _judgments(
    rows: list[tuple[int, int, str, str, int, bool, int]], annotators: int
) -> Judgments:
    people, videos, labels, _names, places, humans, says = zip(*rows, strict=True)
    names = sorted({*labels})
    number = {label: place for place, label in enumerate(names)}
    size = len(rows)
    return judgments_from_columns(
        Columns(
            annotator=Coded(np.array(people), [f"a{n:02d}" for n in range(annotators)]),
            video=Coded(
                np.array(videos), [f"v{n:03d}" for n in range(max(videos) + 1)]
            ),
            comment=Coded(np.array([number[one] for one in labels]), names),
            source=Coded(np.array(places), SOURCES),
            is_human=np.array(humans),
            verdict=np.array(says, dtype=np.int8),
            score=np.full(size, -1, dtype=np.int8),
            order=np.zeros(size, dtype=np.int32),
            seconds=np.full(size, np.nan),
            assignment_no=np.zeros(size, dtype=np.int32),
            started_at=np.full(size, "NaT", dtype="M8[us]"),
        ),
        declared_sources=SOURCES,
    )


def make_half_judged_study(
    *, videos: int = 40, judged: int = 32, annotators: int = 10, each: int = 1
) -> Study:
    """An open study in the database; people judged the first videos."""
    rng = np.random.default_rng(2)
    sources = [human_source(), make_source(), make_source()]
    study = make_study(
        videos=[], ai_sources=sources[1:], humans=1, redundancy=annotators
    )
    looks: dict[int, float] = {}
    for _video in range(videos):
        batch = Batch.objects.create(study=study, video=make_video())
        for place, source in enumerate(sources):
            text, odds = text_of(rng, batch.pk)
            comment = make_comment(batch.video, source, text)
            row = BatchComment.objects.create(
                batch=batch, comment=comment, source=source, slot=1
            )
            looks[row.pk] = odds + _LEVELS[place]
    study = open_study(study)
    people = [join(study) for _ in range(annotators)]

    def answers(comment: BatchComment, _annotator: int) -> tuple[str, int]:
        says = rng.random() < expit(looks[comment.pk])
        return (Verdict.HUMAN, 4) if says else (Verdict.AI, 1)

    given = dict.fromkeys(range(annotators), 0)
    for number, batch in enumerate(study.batches.order_by("pk")[:judged]):
        comments = list(batch.batch_comments.select_related("source", "batch"))
        for place in range(each):
            who = (number * each + place) % annotators
            given[who] += 1
            submit(people[who], comments, answers, number=given[who])
    return study
