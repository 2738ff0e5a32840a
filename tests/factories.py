"""The smallest valid objects, for the tests of every package.

    study = make_open_study(videos=2, ai_sources=3)  # open, 5 comments a batch
    membership = join(study)  # a new annotator of it

Counts are small by default; ask for `humans=5, ai_sources=24` where size matters.
"""

import itertools
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from django.utils import timezone

from accounts.models import Role, TokenScope, User
from accounts.tokens import make_token
from annotation.instrument import Verdict
from annotation.models import (
    Assignment,
    AttentionCheck,
    Batch,
    BatchComment,
    DocumentKind,
    Membership,
    MembershipRole,
    PooledComment,
    Study,
    StudyDocument,
    StudyState,
    marks_of,
)
from annotation.rules.judging.answers import GivenAnswer
from annotation.services.judging import places
from annotation.services.judging.assignments import give_batch
from annotation.services.judging.judgments import record_answers
from annotation.services.judging.submission import submit_assignment
from corpus.cleaning import clean_comment
from corpus.eligibility import ELIGIBILITY_VERSION
from corpus.models import Comment, MediaState, Origin, Source, Video, VideoMedia

_numbers = itertools.count(1)


# --- People -------------------------------------------------------------------------


def make_user(
    role: Role = Role.ANNOTATOR, *, username: str = "", password: str | None = None
) -> User:
    """A person; without a password they come in by `client.force_login` alone."""
    return User.objects.create_user(
        username or f"{role.value}-{next(_numbers)}", password=password, role=role
    )


def make_researcher() -> User:
    return make_user(Role.RESEARCHER)


def make_admin() -> User:
    """An admin who may enter Django's admin site as well."""
    return User.objects.create_superuser(f"admin-{next(_numbers)}")


def make_api_key(user: User, scope: TokenScope = TokenScope.READ) -> str:
    """What a program sends to read, or do more, as this person."""
    _token, key = make_token(
        user=user, name="tests", scope=scope, lifetime=timedelta(days=1)
    )
    return key


# --- Corpus -------------------------------------------------------------------------


def make_video(**fields: object) -> Video:
    number = next(_numbers)
    defaults: dict[str, object] = {
        "platform": "tests",
        "external_id": f"clip-{number}",
        "title": f"Clip {number}",
    }
    return Video.objects.create(**defaults | fields)


def make_media(video: Video, **fields: object) -> VideoMedia:
    """Media that are ready by their row; no file lies on the disk."""
    media = VideoMedia(video=video, state=MediaState.READY, duration_s=10.0)
    media.original = f"originals/{media.name}.mp4"
    media.playback = f"play/{media.name}.mp4"
    media.poster = f"posters/{media.name}.jpg"
    for name, value in fields.items():
        setattr(media, name, value)
    media.save()
    return media


def human_source() -> Source:
    return Source.objects.get_or_create(
        origin=Origin.HUMAN, defaults={"key": "human", "title": "Viewers"}
    )[0]


def make_source(key: str = "", **fields: object) -> Source:
    """An AI source."""
    key = key or f"writer-{next(_numbers)}"
    return Source.objects.create(key=key, **{"title": key.title(), **fields})


def make_comment(
    video: Video, source: Source, text: str = "", **fields: object
) -> Comment:
    """A comment; one of an AI source is shared with every study."""
    comment = _comment(video, source, text)
    for name, value in fields.items():
        setattr(comment, name, value)
    comment.save()
    if not source.is_human:
        PooledComment.objects.create(study=None, comment=comment)
    return comment


def _comment(video: Video, source: Source, text: str = "") -> Comment:
    clean = clean_comment(text or f"what a clip, take {next(_numbers)}")
    return Comment(
        video=video,
        source=source,
        text=clean.text,
        text_received=clean.received,
        fingerprint=clean.fingerprint,
        unusable_reason=clean.unusable_reason or "",
    )


# --- Studies ------------------------------------------------------------------------


def make_study(
    *,
    videos: int | Iterable[Video] = 1,
    ai_sources: int | Iterable[Source] = 2,
    humans: int = 2,
    attention_checks: int = 0,
    **fields: object,
) -> Study:
    """A draft whose batches are filled: `humans` + one comment of each AI source."""
    number = next(_numbers)
    study = Study.objects.create(
        **{
            "key": f"study-{number}",
            "title": f"Study {number}",
            "human_comment_count": humans,
            "attention_checks_per_batch": attention_checks,
            **fields,
        }
    )
    sources = (
        [make_source() for _ in range(ai_sources)]
        if isinstance(ai_sources, int)
        else list(ai_sources)
    )
    for source in sources:  # one at a time: in this order they are declared
        study.sources.add(source)
    chosen = (
        [make_video() for _ in range(videos)] if isinstance(videos, int) else videos
    )
    _fill_batches(study, list(chosen), sources, humans)
    AttentionCheck.objects.bulk_create(
        AttentionCheck(
            study=study,
            text=f"Please answer AI and 0 here, number {index}",
            expected_verdict=Verdict.AI,
            expected_score=0,
        )
        for index in range(attention_checks)
    )
    return study


def _fill_batches(
    study: Study, videos: list[Video], sources: list[Source], humans: int
) -> None:
    human = human_source()
    slots = [(human, slot) for slot in range(1, humans + 1)]
    slots += [(source, 1) for source in sources]
    batches = Batch.objects.bulk_create(Batch(study=study, video=v) for v in videos)
    placed = [(batch, *slot) for batch in batches for slot in slots]
    comments = Comment.objects.bulk_create(
        _comment(batch.video, source) for batch, source, _ in placed
    )
    BatchComment.objects.bulk_create(
        BatchComment(batch=batch, comment=comment, source=source, slot=slot)
        for (batch, source, slot), comment in zip(placed, comments, strict=True)
    )
    PooledComment.objects.bulk_create(
        PooledComment(comment=comment)
        for comment in comments
        if not comment.source.is_human
    )


def open_study(study: Study) -> Study:
    """Seal a draft and open it, by its rows alone (no rule of the service runs)."""
    now = timezone.now()
    study.batches.update(
        sealed_at=now,
        place_count=study.redundancy,
        eligibility_version=ELIGIBILITY_VERSION,
    )
    study.state = StudyState.OPEN
    study.sealed_at = study.opened_at = now
    study.save()
    return study


def make_open_study(
    *,
    videos: int | Iterable[Video] = 1,
    ai_sources: int | Iterable[Source] = 2,
    humans: int = 2,
    attention_checks: int = 0,
    **fields: object,
) -> Study:
    """A sealed, open study without guidelines, consent, training or questions."""
    study = make_study(
        videos=videos,
        ai_sources=ai_sources,
        humans=humans,
        attention_checks=attention_checks,
        **fields,
    )
    return open_study(study)


def make_document(
    study: Study,
    kind: DocumentKind = DocumentKind.GUIDELINES,
    text: str = "Judge by the *text* alone.",
) -> StudyDocument:
    """The next version of the study's guidelines or consent text."""
    version = study.documents.filter(kind=kind).count() + 1
    return StudyDocument.objects.create(
        study=study, kind=kind, version=version, text=text
    )


def join(
    study: Study,
    user: User | None = None,
    role: MembershipRole = MembershipRole.ANNOTATOR,
    **fields: object,
) -> Membership:
    """A person's membership; a new annotator unless `user` is given."""
    user = user or make_user()
    participant_id = str(fields.get("participant_id", ""))
    defaults: dict[str, object] = {
        "user": user,
        "first_verdict": Verdict.HUMAN,
        "person_marks": marks_of(study, user.pk, participant_id),
    }
    return Membership.objects.create(study=study, role=role, **defaults | fields)


# --- Judging ------------------------------------------------------------------------


def answer(
    position: int,
    verdict: str | None = "human",
    score: int | None = 3,
    *,
    key: UUID | None = None,
    age: timedelta = timedelta(),
    view_seconds: float | None = None,
) -> GivenAnswer:
    """One answer as the browser sends it, with a key of its own."""
    return GivenAnswer(position, verdict, score, key or uuid4(), age, view_seconds)


def give_work(membership: Membership) -> Assignment:
    """The annotator's next assignment, from the service."""
    return give_batch(membership=membership)


def take_place(batch: Batch) -> Assignment:
    """Somebody else's assignment of this very batch, by its rows alone."""
    batch.refresh_from_db()
    batch.places_taken += 1
    batch.save(update_fields=["places_taken"])
    now = timezone.now()
    return Assignment.objects.create(
        batch=batch,
        membership=join(batch.study),
        place=batch.places_taken,
        number=1,
        leased_until=now + batch.study.lease,
    )


def let_lease_run_out(assignment: Assignment) -> None:
    """As if the annotator had been away; whoever asks for work next collects it."""
    Assignment.objects.filter(pk=assignment.pk).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )
    # By then, everybody's next request collects again.
    places._collected_at = -places._COLLECTING_SECONDS


def answer_all(
    assignment: Assignment, verdict: str = "human", score: int = 3
) -> Assignment:
    """A full answer on every comment, not submitted."""
    positions = assignment.presentations.values_list("position", flat=True)
    record_answers(
        assignment=assignment, answers=[answer(p, verdict, score) for p in positions]
    )
    return assignment


def submit_all(
    assignment: Assignment, verdict: str = "human", score: int = 3
) -> Assignment:
    """A full answer on every comment, submitted."""
    submit_assignment(assignment=answer_all(assignment, verdict, score))
    return assignment
