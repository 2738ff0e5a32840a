"""`python -m analysis FILE`: what it prints, what it refuses, what it loads."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main
from tests.analysis.long_tables import (
    csv_of,
    small_table,
)

REPOSITORY = Path(__file__).parents[3]


def test_the_command_prints_json_with_metrics_and_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main([csv_of(small_table(), tmp_path), "--format", "json"])

    content = json.loads(capsys.readouterr().out)
    assert status == 0
    assert list(content["metrics"])[:6] == [
        "counts/judgments",
        "counts/verdicts",
        "counts/scores",
        "counts/annotators",
        "counts/videos",
        "counts/comments",
    ]
    assert content["metrics"]["judged_human_pct/human"] == pytest.approx(100 * 5 / 6)
    sources = {one["source"]: one for one in content["tables"]["sources"]}
    assert (
        sources["human"]["judged_human_pct"]
        == content["metrics"]["judged_human_pct/human"]
    )
    assert content["provenance"]["seed"] == 0


def test_undefined_figures_are_null_with_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(
        [
            csv_of(small_table(), tmp_path),
            "--format",
            "json",
            "--sources",
            "quiet,human",
        ]
    )

    content = json.loads(capsys.readouterr().out)
    assert content["metrics"]["mean_score/quiet"] is None
    assert content["reasons"]["mean_score/quiet"] == "no score on this source"
    nulls = {name for name, value in content["metrics"].items() if value is None}
    assert nulls == set(content["reasons"])


def test_the_csv_format_has_one_line_a_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(
        [csv_of(small_table(), tmp_path), "--format", "csv", "--levels", "definitions"]
    )

    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    found = {line["metric"]: line["value"] for line in lines}
    assert float(found["judged_human_pct/human"]) == pytest.approx(100 * 5 / 6)
    assert not any(name.startswith("rank/") for name in found)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.csv"], "missing.csv: cannot be read"),
        (["{file}", "--levels", "guesses"], "unknown level guesses"),
        (["{file}", "--replicates", "-1"], "'-1' is not a whole number"),
        (["{file}", "--format", "docx"], "invalid choice: 'docx'"),
    ],
)
def test_wrong_input_ends_with_status_2_and_the_reason(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    complaint: str,
) -> None:
    file = csv_of(small_table(), tmp_path)

    try:
        status = main([argument.format(file=file) for argument in arguments])
    except SystemExit as stop:
        status = int(str(stop.code))

    printed = capsys.readouterr()
    assert status == 2
    assert complaint in printed.err
    assert printed.out == ""


def test_the_command_runs_without_django(tmp_path: Path) -> None:
    file = csv_of(small_table(), tmp_path)
    program = (
        "import sys, runpy\n"
        f"sys.argv = ['analysis', {file!r}, '--format', 'json']\n"
        "try:\n    runpy.run_module('analysis', run_name='__main__')\n"
        "finally:\n    assert 'django' not in sys.modules\n"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if not k.startswith("DJANGO")},
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["metrics"]["counts/judgments"] == 15


def test_importing_the_package_loads_no_numpy() -> None:
    program = "import sys, analysis; print('numpy' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "False"


def test_a_reader_who_has_seen_enough_gets_no_traceback(tmp_path: Path) -> None:
    file = csv_of(small_table(), tmp_path)
    command = [sys.executable, "-m", "analysis", file, "--replicates", "0"]

    with subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        complaint = running.stderr.read()

    assert complaint == ""
    assert running.returncode == 0
