"""Item studies and people who answer them, for the tests."""

from typing import Any
from uuid import uuid4

from annotation.models import Membership, Study
from annotation.services.studies.lifecycle import open_study, seal_study
from corpus.models import Video
from tests import factories
from tests.thinking.making import make_sealed_build
from thinking.models import Build, ItemAssignment, ItemStudy
from thinking.services.giving import give_items
from thinking.services.item_studies import ItemStudyPlan, create_item_study
from thinking.services.person_answers import GivenChoice, record_choices, submit_items


def make_playable_build() -> Build:
    """A sealed build all of whose videos have media by their rows."""
    build = make_sealed_build()
    for video in Video.objects.filter(thinking_items__build=build).distinct():
        if not hasattr(video, "media"):
            factories.make_media(video)
    return build


def make_item_study(build: Build | None = None, **plan: object) -> ItemStudy:
    """A draft; three items a batch and two people an item unless said otherwise."""
    settings = {"title": "Questions", "batch_size": 3, "redundancy": 2} | plan
    return create_item_study(
        build=build or make_playable_build(),
        plan=ItemStudyPlan(**settings),  # type: ignore[arg-type]
        actor=None,
    )


def make_open_item_study(**plan: Any) -> ItemStudy:  # noqa: ANN401
    """The same, open, with nothing to agree to or to pass before the first batch."""
    item_study = make_item_study(**plan)
    study = item_study.study
    study.comprehension_questions.all().delete()
    seal_study(study=study, actor=None)
    open_study(study=study, actor=None)
    study.documents.all().delete()
    return item_study


def choice(position: int, place: int | None = 0, **fields: object) -> GivenChoice:
    """An answer as the browser sends it, with a key of its own."""
    given: dict[str, object] = {"knows_video": False, "key": uuid4()} | fields
    return GivenChoice(position, place, **given)  # type: ignore[arg-type]


def answer_batch(membership: Membership, *, right: bool = True) -> ItemAssignment:
    """The person's next batch, answered rightly or wrongly throughout, submitted."""
    assignment = give_items(membership=membership)
    rows = assignment.answers.select_related("item")
    given = [
        choice(
            row.position,
            (row.item.answer + row.rotation + (0 if right else 1)) % 4,
            view_seconds=20.0,
        )
        for row in rows
    ]
    record_choices(assignment=assignment, choices=given)
    submit_items(assignment=assignment)
    assignment.refresh_from_db()
    return assignment


def join(study: Study) -> Membership:
    membership = factories.join(study)
    membership.study = study
    return membership
