"""The reproduction bundle: a zip from which every number can be made again."""

import json
import shlex
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from analysis.export.codebook import codebook
from analysis.export.methods import citation, methods
from analysis.export.source_list import source_list
from analysis.figures.charts import draw
from analysis.reporting.care import care_csv
from analysis.reporting.chapters import Chapters
from analysis.reporting.paper_table import PAPER_FORMATS
from analysis.reporting.rendering import (
    FORMATS,
    csv_table,
    latex_table,
    markdown_table,
    provenance_lines,
)
from analysis.reporting.report import Report
from analysis.version import DISTRIBUTION
from annotation.instrument import Instrument

LONG_TABLE = "judgments.csv"
EXCLUDED_TABLE = "excluded.csv"
INSTRUMENT = "instrument.json"
CARE = "care.csv"
_SAME_MOMENT = (1980, 1, 1, 0, 0, 0)  # so that the same content is the same file

_README = """# Reproduction bundle: {title}

{headline}

Everything here was computed from `judgments.csv`. To recompute every number, install
{distribution} {software} with its `analysis` extra from its source folder
(`pip install 'FOLDER[analysis]'`), then run this in the bundle's folder:

```
python -m analysis judgments.csv {options} --format json > again.json
```

The `metrics` in `again.json` are exactly those in `report.json`.

To compare every number in every file here with the recomputed ones:

```
python -m analysis verify .
```

| file | contents |
| --- | --- |
| methods.md, CITATION.cff | a methods paragraph for a paper, and how to cite the data |
| heds.json, heds.md, preregistration.md | of the platform: datasheet, plan |
| judgments.csv, codebook.md | every judgment, and what the columns mean |
| instrument.json | what annotators were asked, and every possible answer |
| care.csv | attention checks and planned repeats by annotator, if there are any |
| excluded.csv | judgments of excluded annotators, if there are any |
| report.json | every result by name, why some are undefined, and provenance |
| report.md, report.html | the same for people to read |
| paper-table.tex, .md, .csv | the main table of a paper, with published values |
| tables/ | each table as CSV, Markdown and LaTeX (booktabs) |
| figures/ | each figure as SVG, PDF and PNG |
| provenance.json | versions, seed, fingerprint, exclusions |

{provenance}
"""


def write_bundle(
    target: Path | BinaryIO,
    *,
    long_table: Path,
    excluded_table: Path | None = None,
    report: Report,
    chapters: Chapters,
    instrument: Instrument,
) -> None:
    """Write the zip; the same input gives the same files.

    Args:
        target: Where to.
        long_table: The CSV that the report was computed from.
        excluded_table: The judgments of annotators left out, likewise.
        report: Its figures.
        chapters: Of `analysis.reporting.chapters`, for the figures.
        instrument: The verdicts and the scale that annotators chose from.
    """
    with ZipFile(target, "w", ZIP_DEFLATED) as bundle:
        for name, text in bundle_texts(report, instrument).items():
            bundle.writestr(entry(name), text)
        _add_file(bundle, LONG_TABLE, long_table)
        if excluded_table is not None:
            _add_file(bundle, EXCLUDED_TABLE, excluded_table)
        with tempfile.TemporaryDirectory(prefix="figures-") as folder:
            for path in draw(report, chapters, Path(folder)):
                bundle.writestr(entry(f"figures/{path.name}"), path.read_bytes())


def _add_file(bundle: ZipFile, name: str, path: Path) -> None:
    with (
        path.open("rb") as content,
        bundle.open(entry(name), "w", force_zip64=True) as inside,
    ):
        shutil.copyfileobj(content, inside, 1 << 20)


def entry(name: str) -> ZipInfo:
    """A compressed file of a bundle, always of the same moment."""
    made = ZipInfo(name, date_time=_SAME_MOMENT)
    made.compress_type = ZIP_DEFLATED
    return made


def bundle_texts(report: Report, instrument: Instrument) -> dict[str, str]:
    """Every file of words and numbers, by name; all but the judgments themselves."""
    texts = {
        "README.md": readme(report),
        "codebook.md": codebook(instrument),
        "methods.md": methods(report, instrument),
        "CITATION.cff": citation(report),
        INSTRUMENT: json.dumps(instrument.as_json(), indent=1) + "\n",
        **({CARE: care_csv(report.care)} if report.care else {}),
        "provenance.json": json.dumps(asdict(report.provenance), indent=1) + "\n",
        "report.json": FORMATS["json"](report),
        "report.md": FORMATS["md"](report),
        "report.html": FORMATS["html"](report),
    }
    for table in report.tables:
        texts[f"tables/{table.key}.csv"] = csv_table(table)
        texts[f"tables/{table.key}.md"] = markdown_table(table) + "\n"
        texts[f"tables/{table.key}.tex"] = latex_table(table) + "\n"
    for suffix, made in PAPER_FORMATS.items():
        texts[f"paper-table.{suffix}"] = made(report)
    return texts


def readme(report: Report) -> str:
    """How to make every number again, in one command."""
    source = report.provenance
    options = [
        *("--instrument", INSTRUMENT),
        *("--levels", ",".join(source.levels)),
        *("--replicates", str(source.replicates)),
        *("--seed", str(source.seed)),
        f"--sources={source_list(one.name for one in report.found.sources)}",
    ]
    if report.care:
        options += ["--care", CARE]
    if report.with_excluded is not None:
        options += ["--excluded", EXCLUDED_TABLE]
    lines = (f"- {name}: {text}" for name, text in provenance_lines(report))
    return _README.format(
        title=source.study or "a blind comment test",
        headline=report.headline,
        distribution=DISTRIBUTION,
        software=source.software,
        options=shlex.join(options),
        provenance="\n".join(lines),
    )
