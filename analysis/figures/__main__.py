"""One figure of a stored report: `python -m analysis.figures NAME FORMAT`.

The report and its chapters come in as JSON on standard input, the picture goes out. The
drawing library takes more memory than a web process should keep.
"""

import json
import sys

from analysis.figures.charts import charts, drawn
from analysis.reporting.chapters import Chapters
from analysis.reporting.report import Report
from analysis.reporting.storing import from_plain


def main() -> int:
    """Write the picture; nothing where the report has no data for it."""
    name, style = sys.argv[1:]
    content = json.load(sys.stdin)
    report = from_plain(Report, content["report"])
    chart = charts(report, from_plain(Chapters, content["chapters"])).get(name)
    if chart is not None:
        sys.stdout.buffer.write(drawn(chart, style))
    return 0


if __name__ == "__main__":
    sys.exit(main())
