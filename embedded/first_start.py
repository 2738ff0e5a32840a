"""Django's part of the first start, in one process: tables, static files, demo study.

Run as `python -m embedded.first_start` with the demo's environment.
"""

import hashlib
import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def fingerprint() -> str:
    """Return what the prepared database depends on, as one number.

    That is the migrations, the demo study, the project's static files and the versions
    of the packages.
    """
    installed = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    versions = sorted(folder.name for folder in installed)
    digest = hashlib.sha256("\n".join(versions).encode())
    for file in sorted(_inputs()):
        digest.update(str(file.relative_to(PROJECT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _inputs() -> Iterator[Path]:
    yield from PROJECT.glob("*/migrations/*.py")
    for folder in ("demo", "static"):
        for file in (PROJECT / folder).rglob("*"):
            if file.is_file() and file.suffix != ".pyc":
                yield file


def prepare() -> None:
    """Bring the database that the environment names to where the demo starts."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    # Compressed, under names that browsers keep; the rest comes out of its packages.
    call_command(
        "collectstatic",
        interactive=False,
        clear=True,
        verbosity=0,
        ignore_patterns=["admin", "rest_framework", "drf_spectacular_sidecar"],
    )
    call_command("load_demo")


if __name__ == "__main__":
    prepare()
