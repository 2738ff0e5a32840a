"""Replies that another program collected become an answering run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.services.imports.comments import source_key
from corpus.models import Source
from tasks.answering import ROTATION_COUNTS, Mode, View
from tasks.asking import AskedItem, ChoiceItem
from tasks.errors import TasksError
from tasks.exchange.files import ReplyFormat, format_of, read_replies
from tasks.exchange.replies import ImportedReply, matched, read_reply_lines
from tasks.parsing import READING_VERSION
from thinking.errors import NotSealedError, RepliesError
from thinking.models import AnswerRun, Build, Reply, RunState
from thinking.selectors.builds import label_build, pure_build

_REPLIES_AT_ONCE = 2000


@dataclass(frozen=True)
class ReplyFile:
    """A file of replies, and what is said of it.

    Attributes:
        path: Where it lies; its ending tells the format.
        name: What its owner calls it.
        source: Title of who answered; its key follows from it.
        view: What was shown with the questions.
        note: What a reader should know: checkpoint, prompt, settings.
    """

    path: Path
    name: str
    source: str
    view: View = View.VIDEO
    note: str = ""


def import_replies(
    *, build: Build, file: ReplyFile, created_by: User | None = None
) -> tuple[AnswerRun, bool]:
    """Store the replies of a file as one run, or find the run that it gave before.

    Returns:
        The run, and whether it is new.

    Raises:
        NotSealedError: The build can still go.
        RepliesError: The file cannot be read, or is of another build.
    """
    if not build.is_sealed:
        raise NotSealedError(_("Seal the build first: replies are to sealed builds."))
    found = _replies(build, file)
    with file.path.open("rb") as content:
        sha256 = file_digest(content, "sha256").hexdigest()
    with transaction.atomic():
        source = named_source(file.source)
        run, is_new = AnswerRun.objects.get_or_create(
            build=build,
            source=source,
            view=file.view,
            file_sha256=sha256,
            defaults={
                "mode": _mode(reply for _, reply in found),
                "rotations": _rotations(reply for _, reply in found),
                "state": RunState.DONE,
                "finished_at": timezone.now(),
                "provenance": {"file": file.name, "format": format_of(file.path)},
                "note": file.note.strip(),
                "created_by": created_by,
            },
        )
        if is_new:
            Reply.objects.bulk_create(_rows(run, found), batch_size=_REPLIES_AT_ONCE)
    return run, is_new


def named_source(title: str) -> Source:
    """The source of that title, made where there is none.

    Raises:
        RepliesError: The name is empty, or the human pool's.
    """
    key = source_key(title)
    if not key:
        raise RepliesError(_("Name the model that answered."))
    source, _is_new = Source.objects.get_or_create(
        key=key, defaults={"title": title.strip()[:120]}
    )
    if source.is_human:
        raise RepliesError(
            _("%(name)s is the name of the human pool. Choose another one.")
            % {"name": title}
        )
    return source


@transaction.atomic
def set_run_aside(*, run: AnswerRun, reason: str) -> AnswerRun:
    """Leave a run out of the tables; its replies stay.

    Raises:
        RepliesError: It is left out, or no reason is given.
    """
    run = AnswerRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.is_set_aside:
        raise RepliesError(_("This run is left out already."))
    if not reason.strip():
        raise RepliesError(_("Say why the run should not count."))
    run.set_aside_at = timezone.now()
    run.set_aside_reason = reason.strip()
    run.save(update_fields=["set_aside_at", "set_aside_reason"])
    return run


def _replies(build: Build, file: ReplyFile) -> list[tuple[AskedItem, ImportedReply]]:
    try:
        found = (_to_labels if build.labels else _to_choices)(build, file)
    except TasksError as error:
        raise RepliesError(_named(error, file)) from error
    except (OSError, ValueError) as error:
        raise RepliesError(
            _("%(file)s can't be read: %(error)s")
            % {"file": file.name, "error": _named(error, file)}
        ) from error
    if not found:
        raise RepliesError(_("%(file)s holds no replies.") % {"file": file.name})
    return found


def _to_choices(build: Build, file: ReplyFile) -> list[tuple[AskedItem, ImportedReply]]:
    pure = pure_build(build)
    replies = matched(read_replies(file.path, pure), pure)
    return [(ChoiceItem(item), reply) for item, reply in replies]


def _to_labels(build: Build, file: ReplyFile) -> list[tuple[AskedItem, ImportedReply]]:
    if format_of(file.path) is not ReplyFormat.LINES:
        raise RepliesError(
            _("Replies to MMLA are imported as JSON Lines with item_id and text.")
        )
    found: list[tuple[AskedItem, ImportedReply]] = []
    most = build.order_count(max(ROTATION_COUNTS))
    for item, reply in matched(read_reply_lines(file.path), label_build(build)):
        if reply.probabilities or reply.rotation >= most:
            raise RepliesError(
                _(
                    "The reply to %(item)s does not fit: MMLA takes texts, in %(most)d "
                    "orders of these labels."
                )
                % {"item": item.item_id, "most": most}
            )
        found.append((item, reply))
    return found


def _named(error: Exception, file: ReplyFile) -> str:
    """What went wrong, under the name that the file's owner knows."""
    return str(error).replace(file.path.name, file.name)


def _mode(replies: Iterable[ImportedReply]) -> Mode:
    kinds = {_kind(reply) for reply in replies}
    if len(kinds) > 1:
        raise RepliesError(
            _(
                "Some replies have probabilities and others have none. Import them as "
                "two files: the two are never mixed."
            )
        )
    return kinds.pop()


def _kind(reply: ImportedReply) -> Mode:
    if reply.likelihoods:
        return Mode.TEXTS
    return Mode.LIKELIHOOD if reply.probabilities else Mode.LETTER


def _rotations(replies: Iterable[ImportedReply]) -> int:
    return max(ROTATION_COUNTS) if any(reply.rotation for reply in replies) else 1


def _rows(
    run: AnswerRun, found: Iterable[tuple[AskedItem, ImportedReply]]
) -> Iterator[Reply]:
    keys = dict(run.build.items.order_by().values_list("item_id", "pk"))
    for item, reply in found:
        place, outcome = item.reading_of(reply)
        yield Reply(
            run=run,
            item_id=keys[item.item_id],
            rotation=reply.rotation,
            # PostgreSQL stores every character but one.
            text=reply.text.replace("\0", "\ufffd"),
            probabilities=[*reply.probabilities] or None,
            likelihoods=[[*one] for one in reply.likelihoods] or None,
            place=place,
            outcome=outcome,
            reading_version=READING_VERSION,
        )
