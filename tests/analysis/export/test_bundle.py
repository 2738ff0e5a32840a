"""The reproduction bundle: everything in it, and the same numbers out of it."""

import json
import shutil
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
import yaml
from django.core.management import CommandError, call_command
from PIL import Image

from analysis.__main__ import main
from analysis.figures.charts import charts
from analysis.metrics.sources import tally
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.chapters import chapters
from analysis.reporting.computing import report
from annotation.services.people.exclusions import exclude_annotator
from tests.analysis.bundles import repeated, unpacked
from tests.analysis.long_tables import frame, scores, votes
from tests.analysis.studies import make_judged_study
from tests.factories import make_researcher
from tests.installed import Installed


def small_table() -> pd.DataFrame:
    rows = [
        one | {"order": place, "score": place % 6, "assignment_no": video}
        for video in (1, 2, 3)
        for place, one in enumerate(
            votes(f"v{video}-human-1", "hha") + votes(f"v{video}-bot-1", "aha"), 1
        )
    ]
    return frame(rows)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle, unpacked."""
    folder = tmp_path_factory.mktemp("bundle")
    small_table().to_csv(folder / "judgments.csv", index=False)
    status = main(
        [
            *("bundle", str(folder / "judgments.csv"), "-o", str(folder / "b.zip")),
            *("--replicates", "30", "--seed", "4", "--sources", "human,bot,quiet"),
        ]
    )
    assert status == 0
    with ZipFile(folder / "b.zip") as packed:
        packed.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_command_of_the_readme_makes_the_same_numbers(
    bundle: Path, installed: Installed
) -> None:
    again = repeated(bundle, installed)

    stored = json.loads((bundle / "report.json").read_text())
    assert again["metrics"] == stored["metrics"]
    assert stored["provenance"]["fingerprint"] in (bundle / "README.md").read_text()


def test_a_pack_is_verified_and_a_changed_number_is_found(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(bundle)]) == 0
    assert " files are exactly as recomputed." in capsys.readouterr().out
    changed = shutil.copytree(bundle, tmp_path / "changed")
    table = changed / "tables" / "sources.csv"
    right = table.read_text()
    table.write_text(right.replace("66.6", "67.6", 1))
    assert table.read_text() != right

    assert main(["verify", str(changed)]) == 2

    told = capsys.readouterr().err
    assert "tables/sources.csv, line" in told
    assert "67.6" in told
    assert told.count(" should be ") == 1
    assert main(["verify", str(tmp_path)]) == 2


def test_a_pack_says_how_the_study_was_done_and_how_to_cite_it(bundle: Path) -> None:
    paragraph = (bundle / "methods.md").read_text()
    citation = yaml.safe_load((bundle / "CITATION.cff").read_text())

    assert "3 annotators gave 18 judgments on 6 comments under 3 videos" in paragraph
    assert "of 2 AI sources" in paragraph
    assert "30 bootstrap replicates (seed 4)" in paragraph
    assert citation["cff-version"] == "1.2.0"
    assert citation["title"]
    assert citation["identifiers"][0]["value"].removeprefix("sha256:") in paragraph


@pytest.mark.nightly
def test_names_with_commas_quotes_and_dollars_survive_the_command_of_the_readme(
    tmp_path: Path, installed: Installed
) -> None:
    table = small_table().replace({"source": {"bot": 'GPT, "mini" $HOME'}})
    table.to_csv(tmp_path / "judgments.csv", index=False)
    quiet = '-quiet,"it\'s, me"'

    main(
        [
            *("bundle", str(tmp_path / "judgments.csv"), "--replicates", "10"),
            *("-o", str(tmp_path / "b.zip"), f"--sources={quiet}"),
        ]
    )

    folder = unpacked(tmp_path / "b.zip")
    stored = json.loads((folder / "report.json").read_text())
    assert stored["metrics"]["n_verdicts/it's, me"] == 0
    assert repeated(folder, installed)["metrics"] == stored["metrics"]


@pytest.mark.parametrize(
    "about", ["[1]", "{", '{"excluded": [{"who": "a1"}]}', '{"stop_rule": {"x": 1}}']
)
def test_a_wrong_file_about_the_study_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], about: str
) -> None:
    small_table().to_csv(tmp_path / "judgments.csv", index=False)
    (tmp_path / "about.json").write_text(about)

    status = main(
        [
            *("bundle", str(tmp_path / "judgments.csv"), "-o", str(tmp_path / "b.zip")),
            *("--about", str(tmp_path / "about.json")),
        ]
    )

    assert status == 2
    assert "about.json: " in capsys.readouterr().err
    assert not (tmp_path / "b.zip").exists()


def test_a_bundle_holds_table_codebook_report_tables_and_figures(bundle: Path) -> None:
    names = {str(path.relative_to(bundle)) for path in bundle.rglob("*.*")}

    expected = {
        "README.md",
        "judgments.csv",
        "codebook.md",
        "report.json",
        "report.md",
        "report.html",
        "provenance.json",
        "tables/sources.csv",
        "tables/sources.md",
        "tables/sources.tex",
        "figures/judged-as-human-7in.svg",
        "figures/judged-as-human-7in.pdf",
        "figures/judged-as-human-3.3in.png",
        "figures/position-7in.svg",
    }
    assert expected <= names


def test_the_codebook_explains_every_column_of_the_long_table(bundle: Path) -> None:
    codebook = (bundle / "codebook.md").read_text()

    for column in pd.read_csv(bundle / "judgments.csv").columns:
        assert f"| `{column}` |" in codebook


def test_figures_are_real_pictures(bundle: Path) -> None:
    svg = (bundle / "figures" / "judged-as-human-7in.svg").read_text()
    pdf = (bundle / "figures" / "judged-as-human-7in.pdf").read_bytes()

    with Image.open(bundle / "figures" / "judged-as-human-7in.png") as picture:
        colours = len(set(picture.convert("L").get_flattened_data()))

    assert "Judged-as-Human" in svg
    assert pdf.startswith(b"%PDF")
    assert colours > 10


def test_a_table_of_the_bundle_has_the_full_digits(bundle: Path) -> None:
    metrics = json.loads((bundle / "report.json").read_text())["metrics"]

    sources = pd.read_csv(bundle / "tables" / "sources.csv").set_index("source")

    assert sources.loc["bot", "judged_human_pct"] == metrics["judged_human_pct/bot"]


def test_a_figure_without_data_is_left_out() -> None:
    made = report(frame(scores("v1-bot-1", "35") + scores("v2-human-1", "55")))

    assert set(charts(made)) == {"scores", "score-at-k", "roc"}


def test_charts_of_a_full_study_cover_every_question() -> None:
    design = Design(8, 12, redundancy=3, sources=paper_sources(models=3))
    data = simulate(design, np.random.default_rng(1))

    made = charts(report(data, replicates=10), chapters(data, tally(data), {}))

    assert set(made) == {
        "judged-as-human",
        "ranks",
        "rates-and-scores",
        "score-at-k",
        "scores",
        "references",
        "differences",
        "roc",
        "annotators",
        "position",
        "drift",
    }


def test_a_bundle_wants_a_csv(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["bundle", "t.parquet", "-o", str(tmp_path / "b.zip")])

    assert status == 2
    assert "a bundle holds the table as CSV" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_bundle_of_a_study_states_what_was_left_out(tmp_path: Path) -> None:
    judged = make_judged_study(videos=2)
    out = judged.annotators[0]
    exclude_annotator(membership=out, actor=make_researcher(), reason="asleep")

    call_command("report_bundle", judged.study.key, "-o", str(tmp_path / "b.zip"))

    with ZipFile(tmp_path / "b.zip") as packed:
        told = json.loads(packed.read("provenance.json"))
        counted = json.loads(packed.read("report.json"))["metrics"]
        readme = packed.read("README.md").decode()
    assert told["excluded"] == [
        {"annotator": out.code, "reason": "asleep", "judgments": 8}
    ]
    assert counted["counts/judgments"] == 2 * 2 * 4
    assert f"Excluded {out.code}: asleep" in readme
    assert main(["verify", str(tmp_path / "b.zip")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


@pytest.mark.django_db
def test_an_unknown_study_is_named_with_the_known_ones(tmp_path: Path) -> None:
    judged = make_judged_study(videos=1, annotators=1)

    with pytest.raises(CommandError, match=judged.study.key):
        call_command("report_bundle", "nowhere", "-o", str(tmp_path / "b.zip"))
