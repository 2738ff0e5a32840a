"""What a draft needs before its seal, point by point.

A point is done only where something could have been wrong: a draft without comments has
no identical texts, and that says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.models import Study
from annotation.selectors.studies.documents import missing_kinds
from annotation.selectors.studies.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Point:
    """One line: what it is about, how it stands, and the page where it is put right."""

    title: str
    stand: str
    url_name: str
    is_done: bool


def checklist_of(study: Study, readiness: Readiness) -> list[Point]:
    """The points in the order in which a draft is made (three queries)."""
    points = [
        _videos(readiness),
        _playable(readiness),
        _sources(readiness),
        _batches(readiness),
        _identical_texts(readiness),
    ]
    return [*points, *_checks(study), _texts(study)]


def _ai_count(readiness: Readiness) -> int:
    return sum(not item.source.is_human for item in readiness.sources)


def _filled_count(readiness: Readiness) -> int:
    return sum(item.filled_count for item in readiness.sources)


def _videos(readiness: Readiness) -> Point:
    count = readiness.batch_count
    stand = str(intcomma(count)) if count else _("none")
    return Point(_("Videos"), stand, "annotation:study_videos", count > 0)


def _playable(readiness: Readiness) -> Point:
    count = readiness.unplayable_count
    stand = _("none") if readiness.batch_count else _("no videos yet")
    return Point(
        _("Videos that can't be played"),
        str(intcomma(count)) if count else stand,
        "annotation:study_videos",
        readiness.batch_count > 0 and not count,
    )


def _sources(readiness: Readiness) -> Point:
    count = _ai_count(readiness)
    stand = str(count) if count else _("none")
    return Point(_("AI sources"), stand, "annotation:study_sources", count > 0)


def _batches(readiness: Readiness) -> Point:
    if not readiness.batch_count:
        stand = _("none")
    elif not _ai_count(readiness):
        stand = _("no AI source chosen yet")
    elif readiness.missing_count:
        stand = ngettext(
            "%(missing)s comment missing in %(lacking)s of %(total)s batches",
            "%(missing)s comments missing in %(lacking)s of %(total)s batches",
            readiness.missing_count,
        ) % {
            "missing": intcomma(readiness.missing_count),
            "lacking": intcomma(readiness.lacking_count),
            "total": intcomma(readiness.batch_count),
        }
    else:
        stand = _("all full")
    is_done = readiness.batch_count > 0 and not readiness.lacking_count
    return Point(_("Batches"), stand, "annotation:study_readiness", is_done)


def _identical_texts(readiness: Readiness) -> Point:
    count = readiness.equal_text_count
    is_known = _filled_count(readiness) > 0
    stand = _("none") if is_known else _("no comments yet")
    return Point(
        _("Identical texts in one batch"),
        str(intcomma(count)) if count else stand,
        "annotation:study_readiness",
        is_known and not count,
    )


def _checks(study: Study) -> Iterator[Point]:
    wanted = study.attention_checks_per_batch
    if not wanted:
        return
    written = study.attention_checks.count()
    stand = _("%(written)d written, %(wanted)d shown per batch") % {
        "written": written,
        "wanted": wanted,
    }
    yield Point(
        _("Attention checks"),
        stand,
        "annotation:study_preparation",
        written >= wanted,
    )


def _texts(study: Study) -> Point:
    missing = [kind.label.lower() for kind in missing_kinds(study)]
    stand = _("guidelines and consent are ready")
    if missing:
        stand = _("missing: %(texts)s") % {"texts": ", ".join(missing)}
    return Point(_("Texts"), stand, "annotation:study_texts", not missing)
