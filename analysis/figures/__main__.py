"""Figures of a stored report: `python -m analysis.figures`.

The report, its chapters and what is wanted come in as JSON on standard input, the
pictures go out in a zip, with errors.json for those that failed. The drawing library
takes more memory than a web process should keep, and takes long to load: one process
draws all that is wanted.
"""

import io
import json
import sys
from zipfile import ZIP_STORED, ZipFile

from analysis.figures.charts import chart_of, drawn
from analysis.figures.picture import ERRORS, Picture
from analysis.figures.style import WIDTHS
from analysis.reporting.chapters import Chapters
from analysis.reporting.report import Report
from analysis.reporting.storing import from_plain


def main() -> int:
    """Write the pictures; an empty file for one that the report has no data for."""
    content = json.load(sys.stdin)
    report = from_plain(Report, content["report"])
    chapters = from_plain(Chapters, content["chapters"])
    file, failed = io.BytesIO(), {}
    with ZipFile(file, "w", ZIP_STORED) as packed:
        for wanted in content["wanted"]:
            picture = Picture(*wanted)
            paper = WIDTHS[picture.width]
            try:
                chart = chart_of(picture.name, report, chapters, paper=paper)
                made = b"" if chart is None else drawn(chart, picture.style)
            except Exception as error:  # noqa: BLE001  (the others can be drawn)
                failed[picture.file] = f"could not draw {picture.name}: {error!r}"
            else:
                packed.writestr(picture.file, made)
        packed.writestr(ERRORS, json.dumps(failed))
    sys.stdout.buffer.write(file.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
