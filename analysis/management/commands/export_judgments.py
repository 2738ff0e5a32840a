"""manage.py export_judgments STUDY [--format FORMAT] [-o FILE]."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from analysis.export.dataset_folder import write_dataset
from analysis.export.long_table import csv_blocks, jsonl_blocks, write_parquet
from analysis.management.commands.report import study_by_key
from annotation.models import Study

_STREAMS = {"csv": csv_blocks, "jsonl": jsonl_blocks}


class Command(BaseCommand):
    help = (
        "Write the judgments that a report counts as a long table, one row per "
        "judgment. Without a file, it goes to standard output. The format huggingface "
        "is a folder with a Parquet table and a card, as the Hugging Face Hub reads it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's key")
        parser.add_argument(
            "--format",
            choices=["csv", "parquet", "jsonl", "huggingface"],
            default="csv",
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
        if format == "huggingface":
            _write_folder(found, output)
            return
        if output is None:
            _write(found, format, sys.stdout.buffer)
            return
        try:
            with output.open("wb") as file:
                _write(found, format, file)
        except OSError as error:
            raise CommandError(f"{output} can't be written: {error}") from error


def _write_folder(study: Study, folder: Path | None) -> None:
    if folder is None:
        raise CommandError("The format huggingface needs a folder: -o FOLDER.")
    try:
        write_dataset(study, folder)
    except OSError as error:
        raise CommandError(f"{folder} can't be written: {error}") from error


def _write(study: Study, style: str, file: BinaryIO) -> None:
    if style == "parquet":
        write_parquet(study, file)
        return
    for block in _STREAMS[style](study):
        file.write(block)
