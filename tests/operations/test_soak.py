"""The soak finds nothing on a sound installation, and finds what is planted."""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from annotation.models import Judgment
from benchmarks.soak.annotators import Given, Ledger
from benchmarks.soak.audit import Audit
from benchmarks.soak.results import BEGIN, END
from tests import factories

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.nightly
def test_nothing_is_lost_while_services_are_killed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n{BEGIN}\nold\n{END}\nAfter\n")
    options = ("--minutes", "0.1", "--annotators", "5", "--pace", "0.1")

    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.soak", *options),
            *("--haste", "0.2", "--seed", "5", "--videos", "20", "--write", page),
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "all is there, once" in done.stdout
    written = page.read_text()
    assert "| fault | runs |" in written
    assert "old" not in written
    assert written.startswith("Before\n")
    assert written.endswith("After\n")


@pytest.mark.django_db(transaction=True)
def test_the_audit_finds_what_is_lost_changed_and_doubled() -> None:
    study = factories.make_open_study(videos=1)
    work = factories.answer_all(factories.give_work(factories.join(study)))
    ledger = Ledger()
    for judgment in Judgment.objects.select_related("presentation"):
        given = Given(
            str(work.public_id),
            judgment.presentation.position,
            judgment.verdict or "",
            judgment.realism_score or 0,
            str(judgment.key),
        )
        ledger.acknowledged.add(given.key)
        ledger.newest[given.assignment, given.position] = given
    sound = Audit(study.pk).findings(ledger)

    first, second, third = Judgment.objects.order_by("pk")[:3]
    first.delete()
    Judgment.objects.filter(pk=second.pk).update(key=third.key)
    Judgment.objects.filter(pk=third.pk).update(verdict="ai")
    ledger.submitted.add(str(uuid4()))
    found = " ".join(Audit(study.pk).findings(ledger))

    assert sound == []
    assert "acknowledged and not stored: 2" in found
    assert "stored twice: 1" in found
    assert "another answer than the newest: 2" in found
    assert "submission lost: 1" in found
