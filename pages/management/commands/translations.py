"""Bring the catalogues in locale/ up to date with the sources, or check that they are.

manage.py translations            after a text was changed or translated
manage.py translations --check    for CI: out of date, or a gap that annotators see
"""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from pages import translations


class Command(BaseCommand):
    help = "Bring the translations in locale/ up to date with the sources."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, *, check: bool, **options: object) -> None:  # noqa: ARG002
        root = settings.BASE_DIR
        found: list[str] = []
        for language, _ in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            if not check:
                translations.update(root, language)
            found += translations.faults(root, language)
        for fault in found:
            self.stderr.write(fault)
        if found:
            sys.exit(1)
