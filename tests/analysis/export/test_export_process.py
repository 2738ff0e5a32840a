"""manage.py export_judgments as a process: it ends as it should, each time."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pandas as pd
import pytest
from django.conf import settings
from django.db import connection

from tests.analysis.studies import make_judged_study
from tests.factories import make_source

ROOT = Path(__file__).parents[3]


def _database_url() -> str:
    found: dict[str, Any] = connection.settings_dict
    who = ":".join(quote(found[name], safe="") for name in ("USER", "PASSWORD"))
    where = urlencode({"host": found["HOST"], "port": found["PORT"]})
    return f"postgresql://{who}@/{found['NAME']}?{where}"


def _export(study: str, file: Path) -> "subprocess.CompletedProcess[str]":
    command = ["manage.py", "export_judgments", study, "--format", "parquet"]
    return subprocess.run(
        [sys.executable, *command, "-o", str(file)],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": _database_url(), "SECRET_KEY": settings.SECRET_KEY},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "runs", [2, pytest.param(50, marks=pytest.mark.nightly)], ids=["two", "fifty"]
)
def test_the_process_ends_without_a_fault_after_its_table(
    tmp_path: Path, runs: int
) -> None:
    study = make_judged_study(ai_sources=[make_source("alpha")]).study

    for run in range(runs):
        file = tmp_path / f"{run}.parquet"
        done = _export(study.key, file)

        assert (done.returncode, done.stderr) == (0, "")
        assert len(pd.read_parquet(file)) > 0
