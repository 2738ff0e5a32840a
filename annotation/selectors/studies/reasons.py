"""What stands in the way of a study's next transition, in words that say what to do."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from annotation.models import Study
from annotation.selectors.studies.documents import missing_kinds
from annotation.selectors.studies.readiness import Readiness, readiness_of
from corpus.cleaning import clean_comment


def reasons_against_seal(study: Study, readiness: Readiness | None = None) -> list[str]:
    """Why a draft cannot be sealed yet; empty if it can."""
    if not study.is_of_comments:
        return []
    readiness = readiness or readiness_of(study)
    if not readiness.batch_count:
        return [_("Choose videos: the study has none yet.")]
    return [
        *_source_reasons(readiness),
        *_text_reasons(readiness),
        *_media_reasons(readiness),
        *_check_reasons(study),
    ]


def _source_reasons(readiness: Readiness) -> Iterator[str]:
    kinds = {item.source.is_human for item in readiness.sources}
    if False not in kinds:
        yield _("Choose at least one AI source.")
    if True not in kinds:
        yield _("Import videos with comments: the corpus has no human comments yet.")


def _text_reasons(readiness: Readiness) -> Iterator[str]:
    for item in readiness.sources:
        if item.missing_count:
            yield _("%(source)s: %(missing)d of %(wanted)d comments are missing.") % {
                "source": item.source.title,
                "missing": item.missing_count,
                "wanted": item.wanted_count,
            }
    if readiness.equal_text_count:
        yield _(
            "Batches with two identical texts: %(count)d. Import another text for one "
            "of the sources, or remove the video."
        ) % {"count": readiness.equal_text_count}
    if readiness.ineligible_text_count:
        yield _(
            "Batches with a text that only one origin can have: %(count)d. Apply "
            "today's rule to the corpus (manage.py recheck_comments), then fill the "
            "batches again."
        ) % {"count": readiness.ineligible_text_count}


def _media_reasons(readiness: Readiness) -> Iterator[str]:
    if readiness.waiting_media_count:
        yield _(
            "Videos still being processed: %(count)d. Try again in a few minutes."
        ) % {"count": readiness.waiting_media_count}
    if readiness.failed_media_count:
        yield _("Videos that can't be played: %(count)d. Remove them.") % {
            "count": readiness.failed_media_count
        }
    if readiness.no_media_count:
        yield _("Videos without a file: %(count)d. Remove them.") % {
            "count": readiness.no_media_count
        }


def _check_reasons(study: Study) -> Iterator[str]:
    written = study.attention_checks.count()
    if study.attention_checks_per_batch > written:
        yield _(
            "Attention checks per batch: %(wanted)d, but only %(written)d are written. "
            "Write more on the Training and checks page."
        ) % {"wanted": study.attention_checks_per_batch, "written": written}
    for check in study.attention_checks.all():
        if not _looks_like_a_comment(check.text):
            yield _(
                "The attention check “%(check)s” doesn't look like a comment. Save it "
                "again on the Training and checks page."
            ) % {"check": check}
        if not check.fits(study.instrument):
            yield _(
                "The attention check “%(check)s” expects an answer that the study's "
                "instrument doesn't have. Change it on the Training and checks page."
            ) % {"check": check}


def _looks_like_a_comment(text: str) -> bool:
    clean = clean_comment(text)
    return clean.is_usable and clean.text == text


def reasons_against_opening(study: Study) -> list[str]:
    """Why a sealed study cannot be opened yet; empty if it can."""
    return [
        _("Write this text on the Texts page: %(text)s.") % {"text": kind.label.lower()}
        for kind in missing_kinds(study)
    ]
