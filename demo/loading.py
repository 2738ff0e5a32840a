"""The demo's people, corpus and studies, made through the services of the product."""

import json
from collections.abc import Callable, Sequence
from io import BytesIO

from django.db import transaction

from accounts.models import Role, User
from annotation.models import Study, StudyState
from annotation.services.imports.comments import import_comments
from corpus.importing.clips import ClipFolder
from corpus.importing.importer import ImportListener, import_records
from corpus.media.tools import MediaTools
from corpus.media_processing import process_media
from corpus.models import MediaState, Source
from demo import material
from demo.accounts import DEMO_ACCOUNTS
from demo.clips import CONTENT
from demo.studies import (
    SIMULATED_ANNOTATORS,
    STUDY_KEY,
    make_draft,
    make_open_study,
)


class DemoError(Exception):
    """The demo could not be loaded; the message says what failed."""


def is_loaded() -> bool:
    """Whether the demo study is there: it is the last thing that is made."""
    started = Study.objects.exclude(state=StudyState.DRAFT)
    return started.filter(key=STUDY_KEY).exists()


def load_demo(*, say: Callable[[str], object]) -> None:
    """Make everything that the demo shows; does nothing where it is there already.

    What an interrupted run left is completed: people, clips and comments are found
    again, and the studies are made in one transaction.

    Args:
        say: told in a line what is being done.

    Raises:
        DemoError: a clip or a comment was refused.
    """
    if is_loaded():
        return
    say("Demo: importing the clips and their comments ...")
    people = _make_people()
    _import_clips()
    _import_model_comments()
    say(f"Demo: {SIMULATED_ANNOTATORS} simulated annotators judge ...")
    with transaction.atomic():
        make_open_study(
            researcher=people[Role.RESEARCHER], annotator=people[Role.ANNOTATOR]
        )
        make_draft(researcher=people[Role.RESEARCHER])


def _make_people() -> dict[Role, User]:
    people = {}
    for role, username, password in DEMO_ACCOUNTS:
        user = User.objects.filter(username=username).first()
        if user is None and role == Role.ADMIN:
            user = User.objects.create_superuser(username, password=password)
        people[Role(role)] = user or User.objects.create_user(
            username, password=password, role=role
        )
    return people


def _import_clips() -> None:
    """Import the clips and process their media here: a study needs them ready."""
    refused: list[str] = []
    with MediaTools() as tools:

        def process(media_ids: Sequence[int]) -> None:
            for media_id in media_ids:
                media = process_media(media_id=media_id, tools=tools)
                if media.state != MediaState.READY:
                    refused.append(f"{media.video}: {media.error}")

        listener = ImportListener(
            error=lambda error: refused.append(str(error)), media=process
        )
        import_records(
            lines=material.clip_records(), clips=ClipFolder(CONTENT), listener=listener
        )
    _require_none(refused)


def _import_model_comments() -> None:
    """Make the sources, each saying that no model is behind it, and their comments."""
    for source in material.demo_sources():
        Source.objects.get_or_create(
            key=source.key,
            defaults={
                "title": source.title,
                "notes": "No model: comments written by hand in this manner.",
            },
        )
    rows = (
        json.dumps(
            {
                "video": f"{material.PLATFORM}:{material.external_id(comment.clip)}",
                "source": comment.source,
                "text": comment.text,
            }
        )
        for comment in material.model_comments()
    )
    refused: list[str] = []
    import_comments(
        file=BytesIO("\n".join(rows).encode()),
        study=None,
        on_error=lambda error: refused.append(str(error)),
    )
    _require_none(refused)


def _require_none(refused: Sequence[str]) -> None:
    if refused:
        msg = f"The demo's content was refused: {'; '.join(refused)}"
        raise DemoError(msg)
