"""The command that computes estimates with a judge again, from what was exported."""

import json
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.export.long_table import csv_blocks
from analysis.judge.guess_files import written_guesses
from analysis.reporting.naming import known
from analysis.selectors.judges import guess_lines
from analysis.services.judges import (
    Wanted,
    compute_judge,
    request_judge,
    study_estimate,
)
from tests.analysis.judge.studies import make_half_judged_study

pytestmark = pytest.mark.django_db


def test_exports_give_the_platforms_estimates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = make_half_judged_study()
    judge, _must = request_judge(study=study, wanted=Wanted())
    compute_judge(stored_id=judge.pk)
    judge.refresh_from_db()
    judgments, guesses = tmp_path / "judgments.csv", tmp_path / "guesses.csv"
    judgments.write_bytes(b"".join(csv_blocks(study)))
    guesses.write_text(written_guesses(guess_lines(judge)), "utf-8")
    ours = study_estimate(judge)

    assert main(["judge", str(judgments), str(guesses), "--format", "json"]) == 0

    found = json.loads(capsys.readouterr().out)
    theirs = {one["source"]: one for one in found["sources"]}
    for one in ours.sources:
        assert one.powered is not None
        assert theirs[one.source]["people"]["pct"] == known(one.people.pct)
        assert theirs[one.source]["powered"]["lo"] == known(one.powered.lo)
        assert theirs[one.source]["powered"]["rank_hi"] == known(one.powered.rank_hi)
        assert theirs[one.source]["benchmark"]["hi"] == known(one.benchmark.hi)  # type: ignore[union-attr]
    assert (found["version"], found["judge"]) == (judge.version, "surface features")

    lines = guesses.read_text().splitlines()
    mixed = lines[1].replace(judge.version, "f" * 64)
    guesses.write_text("\n".join([lines[0], mixed, *lines[2:]]))
    assert main(["judge", str(judgments), str(guesses)]) == 0
    assert "2 judge versions instead of one" in capsys.readouterr().out
    guesses.write_text("comment,guess\nc1,0.5\n")
    assert main(["judge", str(judgments), str(guesses)]) == 2
    assert "every line needs a video" in capsys.readouterr().err
