"""manage.py models [verify | fetch | environment KEY | families | schema]."""

from argparse import ArgumentParser
from collections.abc import Iterator
from json import dumps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from generation.checkpoints import fetch, verify
from generation.engines.families import FAMILIES
from generation.environments import make_environment, resolve
from generation.errors import GenerationError
from generation.installation import known_entry, known_registry
from generation.registry import Entry, schema
from generation.selectors.models import ModelRow, model_rows
from generation.selectors.workers import WorkerRow, live_workers

_MIB, _GIB = 1024**2, 1024**3
_ACTIONS = ("verify", "fetch", "environment", "families", "schema")


class Command(BaseCommand):
    help = (
        "List the models of the registry and what this machine can run. `verify KEY` "
        "checks a checkpoint's files and gives its processor a video; `fetch KEY` "
        "downloads a checkpoint; `environment KEY` makes the separate environment of "
        "its program and tries its imports; `families` lists the supported families "
        "of models; "
        "`schema` prints the JSON schema of a registry file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", choices=_ACTIONS)
        parser.add_argument("key", nargs="?")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--dir",
            type=Path,
            help="of environments (default: GENERATION_ENVIRONMENT_ROOT)",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="with environment: resolve and list, install nothing",
        )

    def handle(
        self,
        *_args: object,
        action: str | None,
        key: str | None,
        json: bool,
        **options: Any,  # noqa: ANN401 (Django's)
    ) -> None:
        try:
            if action is None:
                self._list(as_json=json)
                return
            if action == "families":
                self.stdout.write("\n".join(_family_lines()))
            elif action == "schema":
                self.stdout.write(dumps(schema(), indent=2))
            elif action == "environment":
                self._environment(key, options["dir"], is_dry=options["dry_run"])
            else:
                self._of_one(action, key)
        except GenerationError as error:
            raise CommandError(str(error)) from error

    def _list(self, *, as_json: bool) -> None:
        registry = known_registry()
        entries = registry.entries.values()
        rows = model_rows(entries, self._workers())
        for flaw in registry.flaws:
            self.stderr.write(flaw)
        if as_json:
            self.stdout.write(dumps([_plain(row) for row in rows], indent=2))
            return
        for row in rows:
            self.stdout.write(f"{row.entry.key:32} {_line(row)}")

    def _workers(self) -> list[WorkerRow]:
        try:
            return live_workers()
        except OperationalError:
            self.stderr.write("The database can't be reached: workers aren't shown.")
            return []

    def _of_one(self, action: str, key: str | None) -> None:
        entry = _named(action, key)
        self._fetch(entry) if action == "fetch" else self._verify(entry)

    def _environment(self, key: str | None, root: Path | None, *, is_dry: bool) -> None:
        entry = _named("environment", key)
        if is_dry:
            packages = resolve(entry)
            self.stdout.write("\n".join(packages))
            self.stdout.write(f"{len(packages)} packages; nothing was installed.")
            return
        folder = root or Path(settings.GENERATION_ENVIRONMENT_ROOT)
        made = make_environment(entry, folder / entry.options.get("environment", "-"))
        self.stdout.write(
            f"{made.python}: {len(made.packages)} packages installed and imported, "
            f"{made.environment}"
        )
        if root is not None:
            name = entry.options["environment"]
            self.stdout.write(f"Set GENERATION_ENVIRONMENTS={name}={made.python}")

    def _fetch(self, entry: Entry) -> None:
        folder = fetch(entry, Path(settings.CHECKPOINT_ROOT))
        self.stdout.write(f"{entry.key} is in {folder}")

    def _verify(self, entry: Entry) -> None:
        verdict = verify(entry, Path(settings.CHECKPOINT_ROOT))
        if verdict.problems:
            raise CommandError("\n".join(verdict.problems))
        self.stdout.write(
            f"{verdict.folder}: {verdict.file_count} files, "
            f"{_size(verdict.byte_count)}, {verdict.content_hash}"
        )
        trial = verdict.trial
        if trial.left_out:
            self.stdout.write(f"Only the files were checked: {trial.left_out}.")
        elif trial.processor:
            self.stdout.write(f"{trial.processor} accepts a video.")


def _named(action: str, key: str | None) -> Entry:
    if key is None:
        msg = f"Name the model: manage.py models {action} KEY"
        raise CommandError(msg)
    return known_entry(key)


def _family_lines() -> Iterator[str]:
    """A line a family: its name in entries, its models, what they need."""
    for name, family in FAMILIES.items():
        needs = []
        if family.frame_count:
            needs.append(f"exactly {family.frame_count} frames")
        if family.modules:
            needs.append(f"the packages {', '.join(family.modules)}")
        told = f"; needs {' and '.join(needs)}" if needs else ""
        yield f"{name:20} {family.models}{told}"


def _size(byte_count: int) -> str:
    if byte_count < _GIB:
        return f"{byte_count / _MIB:.1f} MiB"
    return f"{byte_count / _GIB:.1f} GiB"


def _line(row: ModelRow) -> str:
    """Whether it runs here, and whether a worker would run it."""
    served = ", ".join(row.workers) or f"no worker serves {row.entry.queue}"
    return f"{row.problem_here or 'runs here'} [{row.availability.label}: {served}]"


def _plain(row: ModelRow) -> dict[str, object]:
    entry = row.entry
    return {
        "key": entry.key,
        "title": entry.title,
        "group": entry.group,
        "named_in": entry.named_in,
        "licence": entry.licence,
        "engine": entry.engine,
        "repository": entry.repository,
        "revision": entry.revision,
        "memory_gib": entry.memory_gib,
        "device_count": entry.device_count,
        "family": entry.family,
        "runs_here": not row.problem_here,
        "why_not": row.problem_here,
        "checks": {check.part: check.problem for check in row.checks},
        "availability": row.availability,
        "workers": [*row.workers],
    }
