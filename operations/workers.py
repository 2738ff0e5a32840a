"""Which workers are there, and what each is doing right now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from celery import current_app
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerError

from generation.selectors.workers import live_workers

# How long answers are waited for; workers with several processes answer at once.
_ANSWER_SECONDS: Final = 1.5
_LABELS: Final[dict[str, str | Promise]] = {
    "analysis.compute_report": _("Report"),
    "analysis.compute_audit": _("Audit of artefacts"),
    "analysis.compute_plan": _("Plan"),
    "analysis.draw_figures": _("Figures"),
    "analysis.make_bundle": _("Reproduction bundle"),
    "annotation.tasks.run_study_import": _("Import of comments"),
    "corpus.tasks.process_media": _("Conversion of a video"),
    "corpus.tasks.run_import": _("Import of videos"),
    "generation.tasks.run_shard": _("Comments by a model"),
}


@dataclass(frozen=True)
class Task:
    """What a worker is doing, and since when."""

    label: str
    began_at: datetime | None


@dataclass(frozen=True)
class WorkerState:
    """A worker that answered, or that was seen lately (`device`) and is busy."""

    name: str
    device: str
    tasks: tuple[Task, ...]
    has_answered: bool


def workers() -> list[WorkerState]:
    """All workers by name; asks them, which takes a moment.

    One that runs models has a single process: it answers when its shard is done, and
    until then is known by what it writes to the database.
    """
    try:
        asked = current_app.control.inspect(timeout=_ANSWER_SECONDS).active() or {}
    except (BrokerError, OSError):
        asked = {}
    devices = {row.worker.name: row.worker.device for row in live_workers()}
    return [
        WorkerState(
            name=name,
            device=devices.get(name, ""),
            tasks=tuple(_task(task) for task in asked.get(name, ())),
            has_answered=name in asked,
        )
        for name in sorted({*asked, *devices})
    ]


def _task(task: Mapping[str, Any]) -> Task:
    began = task.get("time_start")
    return Task(
        label=str(_LABELS.get(task["name"], task["name"])),
        began_at=datetime.fromtimestamp(began, UTC) if began else None,
    )
