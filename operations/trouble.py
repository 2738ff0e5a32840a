"""Work that failed, and work that takes long, each with the page that shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Manager, Max, Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from analysis.models import StoredAudit, StoredBundle, StoredReport, StudyJudge
from annotation.models import StudyImport
from corpus.models import CorpusImport, FileImport, MediaState, VideoMedia
from generation.models import GenerationJob
from judges.models import JudgeJob
from operations.work import KINDS
from thinking.models import AnswerJob

# Longer than any of it should take before somebody looks.
LONG: Final = timedelta(minutes=15)
# Of each kind; its own page has the rest.
_MOST: Final = 10
_LABELS: Final = {kind.key: kind.label for kind in KINDS}
# Jobs of models are shown by what they belong to: thousands fail at once.
_OF_MODELS: Final[tuple[tuple[str, Manager[Any], str, tuple[str, ...]], ...]] = (
    (
        "comment",
        GenerationJob.objects,
        "generation:errors",
        ("round_source__round__public_id",),
    ),
    ("answer", AnswerJob.objects, "thinking:run", ("run__public_id",)),
    (
        "judge",
        JudgeJob.objects,
        "judges:run",
        ("run__study__public_id", "run__public_id"),
    ),
)
_OF_STUDIES: Final[tuple[tuple[Manager[Any], str], ...]] = (
    (StoredReport.objects, "analysis:report"),
    (StoredAudit.objects, "analysis:artefacts"),
    (StoredBundle.objects, "analysis:downloads"),
    (StudyJudge.objects, "analysis:judge"),
)


@dataclass(frozen=True)
class Trouble:
    """Some work: what kind, how much, where, since when, and what was said."""

    kind: str | Promise
    what: str
    url: str
    at: datetime | None
    words: str = ""


def failed_work() -> list[Trouble]:
    """What failed and was not tried again with success; the newest first."""
    found = [*_failed_jobs(), *_failed_imports(), *_failed_videos(), *_failed_reports()]
    return sorted(found, key=_when, reverse=True)


def slow_work() -> list[Trouble]:
    """What has been waiting or running for longer than `LONG`; the oldest first."""
    return sorted([*_slow_jobs(), *_slow_imports(), *_slow_reports()], key=_when)


def _when(trouble: Trouble) -> float:
    return trouble.at.timestamp() if trouble.at else 0.0


def _failed_jobs() -> Iterator[Trouble]:
    for key, jobs, view, ids in _OF_MODELS:
        failed = jobs.filter(state="failed").order_by()
        grouped = failed.values(*ids).annotate(
            count=Count("pk"), at=Max("finished_at"), words=Max("error")
        )
        for group in grouped.order_by(F("at").desc(nulls_last=True))[:_MOST]:
            yield _of_models(key, group, view, ids)


def _slow_jobs() -> Iterator[Trouble]:
    before = timezone.now() - LONG
    for key, jobs, view, ids in _OF_MODELS:
        slow = jobs.filter(state="running", started_at__lt=before).order_by()
        grouped = slow.values(*ids).annotate(count=Count("pk"), at=Min("started_at"))
        for group in grouped.order_by("at")[:_MOST]:
            yield _of_models(key, group, view, ids)


def _of_models(
    key: str, group: dict[str, Any], view: str, ids: tuple[str, ...]
) -> Trouble:
    # The page of failed jobs has none that run.
    view = view if "words" in group else view.replace("errors", "round")
    what = _("Jobs: %(count)d") % {"count": group["count"]}
    url = reverse(view, args=[group[name] for name in ids])
    return Trouble(_LABELS[key], what, url, group["at"], group.get("words") or "")


def _failed_imports() -> Iterator[Trouble]:
    for table in (CorpusImport, StudyImport):
        for one in _imports(table).filter(state="failed")[:_MOST]:
            yield _import(one, one.finished_at or one.created_at)


def _slow_imports() -> Iterator[Trouble]:
    before = timezone.now() - LONG
    for table in (CorpusImport, StudyImport):
        pending = _imports(table).filter(state__in=("waiting", "running"))
        for one in pending.filter(created_at__lt=before)[:_MOST]:
            yield _import(one, one.created_at)


def _imports(table: type[CorpusImport | StudyImport]) -> QuerySet[Any]:
    rows: QuerySet[Any] = table.objects.order_by("-created_at")
    return rows.select_related("study") if table is StudyImport else rows


def _import(one: FileImport, at: datetime) -> Trouble:
    if isinstance(one, StudyImport):
        ids = [one.study.public_id, one.public_id]
        url = reverse("annotation:study_import", args=ids)
    else:
        url = reverse("corpus:import", args=[one.public_id])
    return Trouble(_LABELS["import"], one.file_name, url, at, one.error)


def _failed_videos() -> Iterator[Trouble]:
    failed = VideoMedia.objects.filter(state=MediaState.FAILED)
    newest = failed.order_by(F("processed_at").desc(nulls_last=True))
    for media in newest.select_related("video")[:_MOST]:
        url = reverse("corpus:video", args=[media.video_id])
        yield Trouble(
            _LABELS["video"], str(media.video), url, media.processed_at, media.error
        )


def _failed_reports() -> Iterator[Trouble]:
    for works, view in _OF_STUDIES:
        for work in works.filter(state="failed").select_related("study")[:_MOST]:
            yield _of_study(work, view)


def _slow_reports() -> Iterator[Trouble]:
    before = timezone.now() - LONG
    for works, view in _OF_STUDIES:
        pending = works.filter(state__in=("waiting", "computing"))
        old = pending.filter(requested_at__lt=before)
        for work in old.select_related("study")[:_MOST]:
            yield _of_study(work, view)


def _of_study(work: Any, view: str) -> Trouble:  # noqa: ANN401 (four tables)
    url = reverse(view, args=[work.study.public_id])
    label = _LABELS["report"]
    return Trouble(label, work.study.title, url, work.requested_at, work.error)
