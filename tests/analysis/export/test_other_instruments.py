"""What is taken away of a study with another scale and another verdict."""

import json
from pathlib import Path

import pytest

from analysis.export.bundling import make_bundle
from analysis.export.dataset_folder import write_dataset
from tests.analysis.bundles import printed_command, repeated, unpacked
from tests.analysis.instruments import judged
from tests.installed import Installed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "key",
    [pytest.param("human-ai-0-10", marks=pytest.mark.nightly), "human-ai-unsure-0-5"],
)
def test_a_bundle_repeats_a_study_of_another_instrument(
    key: str, tmp_path: Path, installed: Installed
) -> None:
    study = judged(key).study

    make_bundle(study, tmp_path / "b.zip")

    folder = unpacked(tmp_path / "b.zip")
    stored = json.loads((folder / "report.json").read_text())["metrics"]
    assert repeated(folder, installed)["metrics"] == stored
    if key == "human-ai-0-10":
        assert stored["mean_score/bot"] == pytest.approx(3)
        assert "score_ge_10_pct/bot" in stored
        assert "10 (indistinguishable" in (folder / "codebook.md").read_text()
    else:
        assert stored["judged_human_pct/bot"] == pytest.approx(100 / 3)
        assert "unsure" in (folder / "codebook.md").read_text()


def test_a_dataset_folder_says_how_its_table_is_read(
    tmp_path: Path, installed: Installed
) -> None:
    write_dataset(judged("human-ai-0-10").study, tmp_path)

    said = installed.run(printed_command(tmp_path), cwd=tmp_path)

    assert "bot" in said
    assert "3.0" in said
