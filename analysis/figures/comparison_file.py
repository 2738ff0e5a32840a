"""The figure of a comparison: `python -m analysis.figures.comparison_file`.

The comparison comes in as JSON on standard input, a zip of every file goes out.
"""

import io
import json
import sys
from zipfile import ZIP_STORED, ZipFile

from analysis.figures.comparison_chart import draw_comparison
from analysis.reporting.storing import from_plain
from analysis.reporting.two_studies import StudyComparison


def main() -> int:
    """Write the files; none where there is nothing to draw."""
    found = from_plain(StudyComparison, json.load(sys.stdin))
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as packed:
        for name, content in draw_comparison(found).items():
            packed.writestr(name, content)
    sys.stdout.buffer.write(file.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
