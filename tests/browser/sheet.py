"""The judge page as its annotator handles it, and what the database holds of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FloatRect, Locator, Page

from accounts.models import User
from annotation.models import (
    Assignment,
    Batch,
    BatchComment,
    Judgment,
    JudgmentRevision,
    Study,
)
from annotation.services.judging.assignments import give_batch
from corpus.models import Video
from tests.factories import (
    human_source,
    join,
    make_comment,
    make_open_study,
    make_study,
    make_user,
    make_video,
    open_study,
)

TOTAL = 29
# Of a batch that is about something else than its length.
FEW = 8
PASSWORD = "correct horse battery"

Answers = dict[int, tuple[str | None, int | None]]


@dataclass(frozen=True)
class Sheet:
    """One page on one assignment."""

    page: Page
    user: User
    assignment: Assignment

    @property
    def path(self) -> str:
        return reverse("annotation:judge", args=[self.assignment.public_id])

    def open(self) -> None:
        self.page.goto(self.path)

    def in_page(self, page: Page) -> "Sheet":
        """The same assignment in another tab or browser."""
        return Sheet(page, self.user, self.assignment)

    # --- Handling the page ------------------------------------------------------------

    def row(self, position: int) -> Locator:
        return self.page.locator(f"#comment-{position}")

    def radio(self, position: int, value: str) -> Locator:
        """One choice: a verdict ("human", "ai") or a score ("0" to "5")."""
        return self.row(position).locator(f'input[value="{value}"]')

    def answer(self, position: int, *values: str) -> None:
        """Click the choices of one comment."""
        for value in values:
            self.radio(position, value).click()

    def type(self, keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def state(self, position: int) -> Locator:
        return self.page.locator(f"#state-{position}")

    def notice(self, name: str) -> Locator:
        """A bar above the dock, by its name in the template, while it is shown."""
        return self.page.locator(
            f'#notices [data-trouble="{name}"], #notices [data-notice="{name}"]'
        ).filter(visible=True)

    @property
    def current(self) -> Locator:
        return self.page.locator('.comment[aria-current="true"]')

    # --- What the server has ----------------------------------------------------------

    def stored(self) -> Answers:
        """Verdict and score by position."""
        rows = Judgment.objects.filter(presentation__assignment=self.assignment)
        return {
            position: (verdict, score)
            for position, verdict, score in rows.values_list(
                "presentation__position", "verdict", "realism_score"
            )
        }

    def revision_count(self) -> int:
        """Earlier answers that newer ones replaced."""
        return JudgmentRevision.objects.filter(
            presentation__assignment=self.assignment
        ).count()

    def is_submitted(self) -> bool:
        self.assignment.refresh_from_db()
        return self.assignment.is_submitted


def box(locator: Locator) -> FloatRect:
    """Where an element stands in the window."""
    found = locator.bounding_box()
    assert found is not None
    return found


def few_comments(
    videos: list[Video] | int = 1,
    *,
    redundancy: int = 3,
    required_play_percent: int = 0,
) -> Study:
    """An open study whose batches have FEW comments, of people and of models."""
    return make_open_study(
        videos=videos,
        humans=2,
        ai_sources=FEW - 2,
        redundancy=redundancy,
        required_play_percent=required_play_percent,
    )


def make_sheet(page: Page, study: Study | None = None) -> Sheet:
    """A new annotator's first batch, of 5 + 24 comments by default; no tour."""
    study = study or make_open_study(humans=5, ai_sources=24)
    user = make_user(password=PASSWORD)
    membership = join(study, user, tour_done_at=timezone.now())
    return Sheet(page, user, give_batch(membership=membership))


def make_study_of_texts(texts: Sequence[str]) -> Study:
    """An open study of one batch with these very comments."""
    video = make_video()
    study = make_study(
        videos=[video], ai_sources=0, humans=0, human_comment_count=len(texts)
    )
    batch = Batch.objects.get(study=study)
    source = human_source()
    BatchComment.objects.bulk_create(
        BatchComment(
            batch=batch,
            comment=make_comment(video, source, f"{text} {slot}"),
            source=source,
            slot=slot,
        )
        for slot, text in enumerate(texts, start=1)
    )
    return open_study(study)
