"""`python -m analysis verify PACK`: whether a pack says what its judgments say.

Every file of words and numbers is written anew from the judgments and compared byte by
byte. Figures are pictures and are not compared; their numbers stand in the tables.
"""

import argparse
import json
import re
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from analysis.errors import AnalysisError
from analysis.export.bundle import (
    CARE,
    EXCLUDED_TABLE,
    INSTRUMENT,
    LONG_TABLE,
    bundle_texts,
)
from analysis.judgments.reading import read_judgments
from analysis.reporting.care import read_care
from analysis.reporting.computing import report
from analysis.reporting.report import Report
from analysis.reporting.results import Provenance
from analysis.reporting.storing import from_plain
from annotation.instrument import Instrument, instrument_from_json

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
_MOST = 10  # differences to print
_SHOWN = 100  # characters of a line


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    made = argparse.ArgumentParser(
        prog="python -m analysis verify",
        description="Recompute every number of a paper pack from the judgments in it, "
        "and compare. Ends with an error if any differs.",
    )
    made.add_argument("pack", type=Path, help="the zip, or its unpacked folder")
    return made


def run(options: argparse.Namespace) -> str:
    """How many numbers in how many files are as recomputed.

    Raises:
        AnalysisError: Something differs; the message lists where.
    """
    if options.pack.is_dir():
        return _verified(options.pack)
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        try:
            with ZipFile(options.pack) as packed:
                packed.extractall(folder)
        except (OSError, BadZipFile) as error:
            raise AnalysisError(f"{options.pack}: cannot be read: {error}") from error
        return _verified(Path(folder))


def _verified(folder: Path) -> str:
    again = bundle_texts(*_recomputed(folder))
    numbers, wrong = 0, []
    for name, text in again.items():
        numbers += len(_NUMBER.findall(text))
        wrong += _differences(name, _read(folder / name), text)
    if wrong:
        more = [f"... and {len(wrong) - _MOST} more"] if len(wrong) > _MOST else []
        raise AnalysisError("\n".join(["not as recomputed:", *wrong[:_MOST], *more]))
    return f"{numbers:,} numbers in {len(again)} files are exactly as recomputed.\n"


def _recomputed(folder: Path) -> tuple[Report, Instrument]:
    """The report of the judgments in the pack, asked for as the pack's own was."""
    try:
        instrument = instrument_from_json(json.loads(_read(folder / INSTRUMENT)))
        stated = _provenance(json.loads(_read(folder / "provenance.json")))
        metrics = json.loads(_read(folder / "report.json"))["metrics"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AnalysisError(f"{folder}: is no pack: {error}") from error
    sources = [
        name.removeprefix("judged_human_pct/")
        for name in metrics
        if name.startswith("judged_human_pct/")
    ]
    table, excluded = folder / LONG_TABLE, folder / EXCLUDED_TABLE
    read = partial(read_judgments, declared_sources=sources, instrument=instrument)
    made = report(
        read(table),
        everyone=read(table, also=excluded) if excluded.exists() else None,
        levels=stated.levels,
        replicates=stated.replicates,
        seed=stated.seed,
        care=read_care(folder / CARE) if (folder / CARE).exists() else (),
    )
    # What the platform alone knows is as stated; what the data say is recomputed.
    fingerprint = made.provenance.fingerprint
    return replace(
        made, provenance=replace(stated, fingerprint=fingerprint)
    ), instrument


def _provenance(content: dict[str, Any]) -> Provenance:
    # There, what has names is an object; `from_plain` wants it in order.
    named = {name: [*content[name].items()] for name in ("libraries", "titles")}
    return from_plain(Provenance, content | named)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AnalysisError(f"{path}: cannot be read: {error}") from error


def _differences(name: str, stated: str, again: str) -> list[str]:
    if stated == again:
        return []
    lines, anew = stated.splitlines(), again.splitlines()
    places = [
        f"{name}, line {number}: {ours[:_SHOWN]!r} should be {right[:_SHOWN]!r}"
        for number, (ours, right) in enumerate(zip(lines, anew, strict=False), 1)
        if ours != right
    ]
    return places or [f"{name}: has {len(lines)} lines, not {len(anew)}"]
