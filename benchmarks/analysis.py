"""How long the report takes, and how much memory, on clustered judgments.

    python -m benchmarks.analysis                   58k, 580k and 5.8M judgments
    python -m benchmarks.analysis --ten-million     and 10 million
    python -m benchmarks.analysis --straightforward beside statsmodels and pandas
    python -m benchmarks.analysis --database        580k judgments from PostgreSQL
    python -m benchmarks.analysis --database 200    29k

Every line is measured in a process of its own, so that its peak memory is its own: the
judgments are drawn and stored as arrays by one process, read and analysed by the next.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from analysis.judgments.arrays import FloatArray, Judgments
from analysis.judgments.columns import Coded, Columns, judgments_from_columns
from benchmarks.memory import peak_mb

Result = TypeVar("Result")

PROJECT = Path(__file__).resolve().parent.parent
REDUNDANCY = 5
PER_VIDEO = 29
# name: videos, annotators
SIZES = {
    "58k": (400, 200),
    "580k": (4_000, 200),
    "5.8M": (40_000, 2_000),
    "10M": (69_000, 2_000),
}
ARRAYS = ("is_human", "verdict", "score", "order", "seconds", "assignment_no")
TASKS = ("csv", "jsonl", "parquet", "arrays", "report 0", "report 1000")
LABELS = ("annotator", "video", "comment", "source")


def draw(size: str, folder: Path) -> None:
    """Draw the judgments of a study and store them as arrays."""
    from analysis.planning.simulation import Design, paper_sources, simulate_columns

    videos, annotators = SIZES[size]
    design = Design(annotators, videos, REDUNDANCY, paper_sources())
    columns = simulate_columns(design, np.random.default_rng(1))
    for name in LABELS:
        np.save(folder / f"{name}.npy", getattr(columns, name).codes)
        labels = json.dumps(list(getattr(columns, name).labels))
        (folder / f"{name}.json").write_text(labels)
    for name in ARRAYS:
        np.save(folder / f"{name}.npy", getattr(columns, name))


def analyse(folder: Path, replicates: int) -> None:
    """Read the arrays, compute the report, print seconds and peak memory as JSON."""
    import analysis

    columns = Columns(
        **{name: _coded(folder, name) for name in LABELS},  # type: ignore[arg-type]
        **{name: np.load(folder / f"{name}.npy") for name in ARRAYS},
        started_at=np.full(len(np.load(folder / "verdict.npy")), "NaT", dtype="M8[us]"),
    )
    _warm_up()
    start = time.perf_counter()
    report = analysis.report(judgments_from_columns(columns), replicates=replicates)
    took = time.perf_counter() - start
    print(
        json.dumps(
            {
                "judgments": report.metrics["counts/judgments"],
                "seconds": round(took, 2),
                "peak_mb": round(peak_mb()),
            }
        )
    )


def _warm_up() -> None:
    """Load what a report loads, so that imports are not measured."""
    import analysis
    from analysis.planning.simulation import Design, paper_sources, simulate

    small = Design(6, 6, 2, paper_sources(models=2))
    analysis.report(simulate(small, np.random.default_rng(0)), replicates=10)


def _coded(folder: Path, name: str) -> Coded:
    labels = json.loads((folder / f"{name}.json").read_text())
    return Coded(np.load(folder / f"{name}.npy"), labels)


def in_a_process_of_its_own(*arguments: str) -> dict[str, float]:
    """Run a step of this file; what it printed last, as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.analysis", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    lines = done.stdout.strip().splitlines()
    result: dict[str, float] = json.loads(lines[-1]) if lines else {}
    return result


def measure_arrays(sizes: list[str]) -> None:
    """Print the curve: seconds and memory by number of judgments."""
    print("judgments   definitions + inference      with 1,000 replicates")
    print("            seconds  us/judgment  MB      seconds  us/judgment  MB")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="mimic-bench-") as name:
            in_a_process_of_its_own("--draw", size, "--folder", name)
            plain, full = (
                in_a_process_of_its_own("--analyse", count, "--folder", name)
                for count in ("0", "1000")
            )
        print(f"{plain['judgments']:>9,}   {_cells(plain)}    {_cells(full)}")


def _cells(result: dict[str, float]) -> str:
    each = 1e6 * result["seconds"] / result["judgments"]
    return f"{result['seconds']:7.2f}  {each:11.2f}  {result['peak_mb']:5.0f}"


def compare(size: str = "580k", draws: int = 5) -> None:
    """Print our way beside the straightforward one, in this very process."""
    from analysis.metrics.clusters import answers, cluster_covariance
    from analysis.metrics.ranking import pigeonhole_rates
    from analysis.planning.simulation import Design, paper_sources, simulate

    videos, annotators = SIZES[size]
    design = Design(annotators, videos, REDUNDANCY, paper_sources())
    data = simulate(design, np.random.default_rng(1))
    verdicts = answers(data, data.verdict)
    rng = np.random.default_rng(2)

    ours, covariance = _timed(lambda: cluster_covariance(verdicts))
    theirs, errors = _timed(lambda: _statsmodels_errors(data))
    each = np.arange(len(data.sources))
    largest = np.abs(np.sqrt(covariance.two_way(each, corrected=False)) - errors).max()
    print(f"two-way errors of {len(data.sources)} sources, {len(data):,} judgments:")
    print(f"  ours {ours:.3f} s, statsmodels {theirs:.1f} s: {theirs / ours:.0f} times")
    print(f"  largest difference of an error: {largest:.1e}")

    many = 1000
    ours, _ = _timed(lambda: pigeonhole_rates(verdicts, replicates=many, rng=rng))
    theirs, _ = _timed(lambda: _pandas_bootstrap(data, draws, rng))
    theirs *= many / draws
    print(f"pigeonhole bootstrap, {many:,} replicates:")
    print(f"  ours {ours:.2f} s, pandas {theirs:.0f} s (from {draws}): ", end="")
    print(f"{theirs / ours:.0f} times")


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _statsmodels_errors(data: Judgments) -> FloatArray:
    import statsmodels.api as sm

    design = np.eye(len(data.sources))[data.source]
    groups = np.stack([data.annotator, data.video], axis=1)
    fit = sm.OLS(data.verdict.astype(float), design).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    errors: FloatArray = fit.bse
    return errors


def _pandas_bootstrap(data: Judgments, draws: int, rng: np.random.Generator) -> None:
    import pandas as pd

    frame = pd.DataFrame({"source": data.source, "human": data.verdict})
    for _ in range(draws):
        weight = np.ones(len(frame))
        for codes, size in (
            (data.annotator, len(data.annotators)),
            (data.video, len(data.videos)),
        ):
            drawn = np.bincount(rng.integers(0, size, size), minlength=size)
            weight *= drawn[codes]
        weighted = frame.assign(weight=weight, hits=weight * frame.human)
        sums = weighted.groupby("source")[["hits", "weight"]].sum()
        _ = sums.hits / sums.weight


def measure_database(videos: int) -> None:
    """Print the way from PostgreSQL: exports, arrays, reports."""
    from benchmarks.server import migrate, services

    with services("analysis"):
        migrate()
        from benchmarks.analysis_seeding import make_judged_study

        make_judged_study(videos=videos, annotators=200, redundancy=REDUNDANCY)
        count = videos * REDUNDANCY * PER_VIDEO
        print(f"{count:,} judgments from PostgreSQL:  seconds  peak MB")
        for task in TASKS:
            done = in_a_process_of_its_own("--task", task)
            print(f"  {task:24s} {done['seconds']:12.2f} {done['peak_mb']:8.0f}")


def run_task(task: str) -> None:
    """Do one thing with the study in the database; print seconds and memory."""
    import django

    django.setup()
    from analysis.export.long_table import csv_blocks, jsonl_blocks, write_parquet
    from analysis.selectors.database import judgments_of
    from analysis.services.reports import study_report
    from annotation.models import Study

    study = Study.objects.get()
    kind, _, replicates = task.partition(" ")
    work: dict[str, Callable[[], object]] = {
        "csv": lambda: sum(map(len, csv_blocks(study))),
        "jsonl": lambda: sum(map(len, jsonl_blocks(study))),
        "parquet": lambda: write_parquet(study, io.BytesIO()),
        "arrays": lambda: judgments_of(study),
        "report": lambda: study_report(study, replicates=int(replicates)),
    }
    seconds, _ = _timed(work[kind])
    print(json.dumps({"seconds": round(seconds, 3), "peak_mb": round(peak_mb())}))


def main() -> None:
    """Measure what the options ask for; without any, the curve from arrays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ten-million", action="store_true")
    parser.add_argument("--straightforward", action="store_true")
    parser.add_argument("--database", type=int, nargs="?", const=4_000)
    for step in ("--draw", "--analyse", "--folder", "--task"):  # of this file's own
        parser.add_argument(step, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.draw:
        draw(options.draw, Path(options.folder))
    elif options.analyse:
        analyse(Path(options.folder), int(options.analyse))
    elif options.task:
        run_task(options.task)
    elif options.database:
        measure_database(options.database)
    elif options.straightforward:
        compare()
    else:
        measure_arrays(list(SIZES) if options.ten_million else list(SIZES)[:3])


if __name__ == "__main__":
    main()
