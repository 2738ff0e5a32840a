"""manage.py export_judgments STUDY [--format csv|parquet|jsonl] [-o FILE]."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from analysis.exporting import csv_blocks, jsonl_blocks, write_parquet
from analysis.management.commands.report import study_by_key
from annotation.models import Study

_STREAMS = {"csv": csv_blocks, "jsonl": jsonl_blocks}


class Command(BaseCommand):
    help = (
        "Write the judgments that a report counts as a long table, one row a judgment. "
        "Without a file, to standard output."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument(
            "--format", choices=["csv", "parquet", "jsonl"], default="csv"
        )
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(
        self,
        *_args: object,
        study: str,
        format: str,  # noqa: A002
        output: Path | None,
        **_options: object,
    ) -> None:
        found = study_by_key(study)
        if output is None:
            _write(found, format, sys.stdout.buffer)
            return
        try:
            with output.open("wb") as file:
                _write(found, format, file)
        except OSError as error:
            raise CommandError(f"{output} cannot be written: {error}") from error


def _write(study: Study, style: str, file: BinaryIO) -> None:
    if style == "parquet":
        write_parquet(study, file)
        return
    for block in _STREAMS[style](study):
        file.write(block)
