"""The reproduction bundle of a study, made in a process of its own.

The process reads the exported table and computes everything from it, so a bundle cannot
say anything that its own table does not; and the web process stays small.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext_noop as _

from analysis.errors import AnalysisError
from analysis.export.bundle import entry
from analysis.export.long_table import csv_blocks
from analysis.export.source_list import source_list
from analysis.reporting.care import care_csv
from analysis.reporting.results import About
from analysis.reporting.storing import to_plain
from analysis.selectors.database import source_titles
from analysis.selectors.registrations import registered_of
from analysis.selectors.studies import (
    annotators_care,
    exclusions_of,
    protocol_version,
    stop_rule_of,
    withdrawals_of,
)
from analysis.selectors.variants import variants_of
from annotation.models import Study
from annotation.querysets import Annotators

_PROJECT = Path(__file__).resolve().parents[2]
_LONGEST_S = 300


def _silent(phase: str) -> None:
    """Tell nobody."""


def make_bundle(
    study: Study,
    target: Path,
    say: Callable[[str], None] = _silent,
    *,
    beside: Mapping[str, str] | None = None,
) -> None:
    """Write the bundle of the judgments as they are now.

    Args:
        study: Whose.
        target: The zip; the table lies beside it while the bundle is made.
        say: Is told each phase as it begins.
        beside: Texts that only the platform can write, by the names of their files.

    Raises:
        AnalysisError: It could not be made; the message is the process's own.
    """
    table = target.with_suffix(".csv")
    left_out = target.with_suffix(".excluded.csv")
    about = target.with_suffix(".json")
    instrument = target.with_suffix(".instrument.json")
    care = target.with_suffix(".care.csv")
    try:
        say(_("Writing the judgments."))
        _write(table, csv_blocks(study))
        _write(left_out, csv_blocks(study, Annotators.EXCLUDED))
        about.write_text(json.dumps(to_plain(_about(study))), encoding="utf-8")
        instrument.write_text(json.dumps(study.instrument.as_json()), encoding="utf-8")
        care.write_text(care_csv(annotators_care(study)), encoding="utf-8")
        sources = source_list(source_titles(study))
        say(_("Computing the report and drawing its figures."))
        done = subprocess.run(  # noqa: S603  (our own module, no shell)
            [
                *(sys.executable, "-m", "analysis", "bundle", str(table)),
                *("-o", str(target), "--about", str(about), f"--sources={sources}"),
                *("--instrument", str(instrument), "--care", str(care)),
                *(("--excluded", str(left_out)) if exclusions_of(study) else ()),
            ],
            cwd=_PROJECT,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
    finally:
        for made in (table, left_out, about, instrument, care):
            made.unlink(missing_ok=True)
    if done.returncode:
        raise AnalysisError(done.stderr.strip() or "no reason was given")
    with ZipFile(target, "a", ZIP_DEFLATED) as bundle:
        for name, text in (beside or {}).items():
            bundle.writestr(entry(name), text)


def _write(path: Path, blocks: Iterator[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(blocks)


def _about(study: Study) -> About:
    return About(
        study=study.title,
        protocol_version=protocol_version(study),
        excluded=exclusions_of(study),
        withdrawn=withdrawals_of(study),
        titles=source_titles(study),
        stop_rule=stop_rule_of(study),
        registration=registered_of(study),
        variants=variants_of(study),
    )
