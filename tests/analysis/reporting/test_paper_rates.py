"""A simulated study with the paper's true rates: found again, everywhere alike."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from analysis.planning.simulation import paper_sources
from annotation.models import Study
from benchmarks.analysis_seeding import make_judged_study
from tests.analysis.bundles import repeated, unpacked
from tests.factories import make_admin
from tests.installed import Installed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# The seeding numbers the sources in the order of the design.
TRUE_PCT = {
    "human" if source.is_human else f"source-{number}": source.rate_pct
    for number, source in enumerate(paper_sources())
}


@pytest.fixture
def study() -> Study:
    """150 videos, people and 24 models, three of sixty annotators each."""
    return make_judged_study(videos=150, annotators=60, redundancy=3)


def test_the_report_recovers_the_true_rates_and_is_the_same_everywhere(
    study: Study,
    client: Client,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    installed: Installed,
) -> None:
    client.force_login(make_admin())
    arguments = [study.public_id]
    page = client.get(reverse("analysis:report", args=arguments)).content.decode()
    on_page = client.get(
        reverse("analysis:report_file", args=[*arguments, "json"])
    ).json()
    call_command("report", study.key, "--format", "json")
    in_terminal = json.loads(capsys.readouterr().out)
    call_command("report_bundle", study.key, "-o", str(tmp_path / "bundle.zip"))
    folder = unpacked(tmp_path / "bundle.zip")
    in_bundle = json.loads((folder / "report.json").read_text())

    metrics = on_page["metrics"]
    assert metrics == in_terminal["metrics"] == in_bundle["metrics"]
    assert repeated(folder, installed)["metrics"] == metrics
    assert metrics["counts/judgments"] == 150 * 29 * 3
    shown = rates_on(page)
    for source, rate in shown.items():
        assert rate == f"{metrics[f'judged_human_pct/{source}']:.1f}"
    assert len(shown) == len(TRUE_PCT)
    held = {source for source in TRUE_PCT if holds(metrics, source)}
    assert {"human", "source-1", "source-2", "source-3"} <= held
    assert len(held) >= 22  # of 25, each with probability 0.95
    order = sorted(TRUE_PCT, key=lambda source: -metrics[f"judged_human_pct/{source}"])
    assert order[:2] == ["human", "source-1"]


def holds(metrics: dict[str, float], source: str) -> bool:
    lo = metrics[f"judged_human_ci_lo_pct/{source}"]
    hi = metrics[f"judged_human_ci_hi_pct/{source}"]
    return lo <= TRUE_PCT[source] <= hi


def rates_on(page: str) -> dict[str, str]:
    """Source and rate of each row of the forest plot."""
    forest = page.split('<table class="forest">')[1].split("</table>", maxsplit=1)[0]
    row = re.compile(
        r'<th scope="row">\s*(?:Source |source-)(\d+).*?'
        r'<td class="number strong">([\d.]+)</td>',
        re.DOTALL,
    )
    return {
        "human" if number == "0" else f"source-{number}": rate
        for number, rate in row.findall(forest)
    }
