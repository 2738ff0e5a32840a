"""Making, changing, copying and deleting studies."""

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.instrument import Instrument
from annotation.models import (
    AttentionCheck,
    ComprehensionQuestion,
    DocumentKind,
    Study,
    StudyState,
    TrainingItem,
    WayOut,
)
from annotation.selectors.studies.documents import newest_documents
from annotation.services.studies.batches import (
    choose_sources,
    choose_videos,
    empty_batches,
    fill_batches,
)
from annotation.services.studies.documents import add_document
from annotation.services.studies.events import record_event
from annotation.services.studies.held_back import copy_held_back
from annotation.services.studies.locks import NOT_CLOSED, lock_draft, lock_study
from annotation.services.studies.pools import copy_pool
from annotation.services.studies.preparation import (
    replace_attention_checks,
    replace_questions,
    replace_training_items,
)
from annotation.services.studies.researchers import add_researcher
from annotation.services.studies.ways_out import set_ways_out
from corpus.importing.uploads import remove_folder
from corpus.models import Source

# What may change while people judge: none of it touches what they see or record.
CHANGEABLE_ANY_TIME = frozenset(
    {
        "title",
        "expected_duration",
        "pay",
        "lease_minutes",
        "break_after_minutes",
        "batches_per_annotator",
        "tells_own_result",
    }
)
# Fixed with the seal: they are the protocol.
PROTOCOL_FIELDS = frozenset(
    {
        "key",
        "instrument",
        "one_tap",
        "human_comment_count",
        "redundancy",
        "tells_human_count",
        "shows_metadata",
        "language",
        "required_play_percent",
        "attention_checks_per_batch",
        "repeat_every",
    }
)
_COPIED_FIELDS = (CHANGEABLE_ANY_TIME | PROTOCOL_FIELDS) - {"key", "title"}
_KEY_LENGTH = 80
_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyContent:
    """What a study is filled with at its making; rows not saved yet, in order."""

    # Database ids.
    videos: Collection[int] = ()
    sources: Collection[Source] = ()
    # Markdown; empty for none.
    documents: Mapping[DocumentKind, str] = field(default_factory=dict)
    training_items: Collection[TrainingItem] = ()
    attention_checks: Collection[AttentionCheck] = ()
    questions: Collection[ComprehensionQuestion] = ()
    ways_out: Collection[WayOut] = ()


@transaction.atomic
def create_study(*, study: Study, content: StudyContent, actor: User | None) -> Study:
    """Save a new draft with all that belongs to it; its maker becomes its researcher.

    `study` carries the settings and is not saved yet.

    Raises:
        django.core.exceptions.ValidationError: a setting is out of range, or the key
            is taken.
        AnnotationError: a video or source cannot be used.
    """
    study.state = StudyState.DRAFT
    study.created_by = actor
    study.full_clean()
    study.save()
    record_event(study=study, actor=actor, action="created")
    if actor is not None and not actor.is_admin:
        add_researcher(study=study, user=actor, actor=actor)
    _fill_study(study, content, actor)
    return study


def _fill_study(study: Study, content: StudyContent, actor: User | None) -> None:
    for kind, text in content.documents.items():
        if text.strip():
            add_document(study=study, kind=kind, text=text, actor=actor)
    replace_training_items(study=study, items=content.training_items, actor=actor)
    replace_attention_checks(study=study, checks=content.attention_checks, actor=actor)
    replace_questions(study=study, questions=content.questions, actor=actor)
    set_ways_out(study=study, ways=content.ways_out, actor=actor)
    choose_sources(study=study, sources=content.sources, actor=actor)
    choose_videos(study=study, add=content.videos, actor=actor)


@transaction.atomic
def update_study(
    *, study: Study, changes: Mapping[str, object], actor: User | None
) -> Study:
    """Change settings; the protocol's only while the study is a draft.

    Raises:
        AnnotationError: the study is past the seal (or closed) and a setting that is
            fixed by then differs.
        django.core.exceptions.ValidationError: a value is out of range.
    """
    if unknown := set(changes) - CHANGEABLE_ANY_TIME - PROTOCOL_FIELDS:
        msg = _("Unknown settings: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        raise AnnotationError(msg)
    lock_study(study, *NOT_CLOSED)
    before = {name: getattr(study, name) for name in changes}
    changed = {name for name, value in changes.items() if before[name] != value}
    if not study.is_draft and (fixed := sorted(changed & PROTOCOL_FIELDS)):
        msg = _(
            "%(study)s is sealed, so these settings of its protocol can't be changed: "
            "%(names)s. Copy the study to try other settings."
        ) % {"study": study.title, "names": ", ".join(fixed)}
        raise AnnotationError(msg)
    if changed:
        _change_settings(study, {name: changes[name] for name in sorted(changed)})
        detail = {
            name: {"from": _logged(before[name]), "to": _logged(changes[name])}
            for name in sorted(changed)
        }
        record_event(study=study, actor=actor, action="settings changed", **detail)
    if "human_comment_count" in changed:
        fill_batches(study=study, actor=actor, keeps_texts=True)
    return study


def _logged(value: object) -> object:
    """A setting as the log shows it; the study itself holds the whole instrument."""
    if isinstance(value, Instrument):
        return f"{value.title} ({value.key}, version {value.version})"
    return value


def _change_settings(study: Study, changes: Mapping[str, object]) -> None:
    for name, value in changes.items():
        setattr(study, name, value)
    study.full_clean()
    study.save(update_fields=[*changes])


@transaction.atomic
def copy_study(*, study: Study, actor: User | None) -> Study:
    """A new draft with the same settings, texts, sources and videos; nobody in it."""
    copy = _copied(
        study,
        key=free_key(study.key),
        title=f"Copy of {study.title}",
        videos=[*study.batches.order_by("pk").values_list("video_id", flat=True)],
        sources=study.declared_sources,
        actor=actor,
    )
    copy_pool(study=copy, origin=study)
    copy_held_back(study=copy, origin=study)
    fill_batches(study=copy, actor=actor, keeps_texts=True)
    record_event(study=copy, actor=actor, action="copied", of=study.key)
    return copy


@transaction.atomic
def follow_up_study(
    *,
    study: Study,
    title: str,
    videos: Collection[int],
    sources: Collection[Source],
    actor: User | None,
) -> Study:
    """A new draft with the same settings and texts, other videos and other sources.

    Raises:
        AnnotationError: a source learned from one of the videos.
    """
    made = _copied(
        study,
        key=free_key(f"{study.key}-follow-up"),
        title=title,
        videos=videos,
        sources=sources,
        actor=actor,
    )
    record_event(study=made, actor=actor, action="copied", of=study.key)
    return made


def _copied(
    study: Study,
    *,
    key: str,
    title: str,
    videos: Collection[int],
    sources: Collection[Source],
    actor: User | None,
) -> Study:
    study.refresh_from_db()
    copy = Study(
        key=key,
        title=title[:_TITLE_LENGTH],
        **{name: getattr(study, name) for name in _COPIED_FIELDS},
    )
    content = StudyContent(
        videos=videos,
        sources=sources,
        documents={DocumentKind(doc.kind): doc.text for doc in newest_documents(study)},
        training_items=[*study.training_items.all()],
        attention_checks=[*study.attention_checks.all()],
        questions=[*study.comprehension_questions.all()],
        ways_out=[*study.ways_out.all()],
    )
    return create_study(study=copy, content=content, actor=actor)


def free_key(wanted: str) -> str:
    """The wanted key, or the first free one of `wanted-2`, `wanted-3`, ..."""
    stem = wanted[: _KEY_LENGTH - len("-9999")]
    taken = set(
        Study.objects.filter(key__startswith=stem).values_list("key", flat=True)
    )
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    candidates = itertools.chain([wanted], numbered)
    return next(key for key in candidates if key not in taken)


@transaction.atomic
def delete_study(*, study: Study) -> None:
    """Delete a draft with all that belongs to it; comments and videos stay.

    Raises:
        AnnotationError: the study is sealed: then its batches are evidence.
    """
    lock_draft(study)
    empty_batches(study.batches.values_list("pk", flat=True))
    for study_import in study.imports.all():
        transaction.on_commit(partial(remove_folder, study_import))
    study.delete()
