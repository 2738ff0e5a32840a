"""How often the intervals hold the truth, as reports tell it.

    python -m benchmarks.coverage > analysis/reporting/coverage.csv

takes minutes. Whoever changes an interval runs it again; a nightly test compares.
"""

import csv
import sys

from analysis.planning.coverage import DESIGNS, coverage

STUDIES, REPLICATES, SEED = 2000, 500, 2026


def main() -> None:
    """Simulate both designs, and print one line an interval and design."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        ["annotators", "videos", "redundancy", "studies", "interval", "tried", "held"]
    )
    for design in DESIGNS:
        found = coverage(design, studies=STUDIES, replicates=REPLICATES, seed=SEED)
        size = (design.annotators, design.videos, design.redundancy, STUDIES)
        for kind, counted in found.items():
            writer.writerow([*size, kind, counted.tried, counted.held])


if __name__ == "__main__":
    main()
