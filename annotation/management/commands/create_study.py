"""manage.py create_study [STUDY.toml] [options]: a new draft."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.forms.studies.study_files import (
    DescribedStudy,
    UnreadableStudyFileError,
    read_study_file,
)
from annotation.selectors.studies.eligibility import ineligible_videos
from annotation.services.studies.study import create_study

# Options that replace what the file says.
_OPTIONS = ("title", "key", "selection", "videos", "sources", "redundancy")


class Command(BaseCommand):
    help = (
        "Create a draft study from a TOML or JSON file (its format is described in "
        "annotation/forms/studies/study_files.py), from options, or from both: "
        "options take precedence."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--title")
        parser.add_argument("--key")
        parser.add_argument("--selection", metavar="KEY", help="a saved selection")
        parser.add_argument(
            "--videos", nargs="+", metavar="VIDEO", help="videos as platform:id"
        )
        parser.add_argument(
            "--sources", nargs="+", metavar="KEY", help="keys of AI sources"
        )
        parser.add_argument("--redundancy", type=int)
        parser.add_argument(
            "--researcher",
            metavar="LOGIN",
            help="researcher of the study; without it, only admins see the study",
        )

    def handle(
        self,
        *_args: object,
        file: Path | None,
        researcher: str | None,
        **options: Any,  # noqa: ANN401 (Django's)
    ) -> None:
        given = {name: options[name] for name in _OPTIONS if options[name] is not None}
        described = DescribedStudy({**_given_in(file), **given})
        if described.errors:
            msg = "\n".join(["The study can't be created:", *described.errors])
            raise CommandError(msg)
        try:
            study = create_study(
                study=described.study,
                content=described.content,
                actor=_researcher(researcher),
            )
        except AnnotationError as error:
            raise CommandError(str(error)) from error
        for ineligible in ineligible_videos(study):
            video = ineligible.video
            self.stderr.write(f"{video.label} is not eligible: {ineligible.reason}")
        self.stdout.write(f"{study.key}: {study.batches.count()} batches")


def _given_in(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return read_study_file(file)
    except OSError as error:
        msg = f"{error.filename}: {error.strerror}"
        raise CommandError(msg) from error
    except UnreadableStudyFileError as error:
        raise CommandError(str(error)) from error


def _researcher(username: str | None) -> User | None:
    if username is None:
        return None
    user = User.objects.filter(username=username).first()
    if user is None or not user.is_researcher:
        msg = f"{username} is not the username of a researcher or an admin."
        raise CommandError(msg)
    return user
