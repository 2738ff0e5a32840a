"""The example notebook: its cells run, and print what it shows."""

import json
import pydoc
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import analysis
from tests.analysis.long_tables import small_table
from tests.installed import Installed

REPOSITORY = Path(__file__).parents[2]
NOTEBOOK = REPOSITORY / "docs" / "notebooks" / "report.ipynb"


def code_cells() -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text())["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def shown_text(cell: dict[str, Any]) -> str:
    """What a cell printed when the notebook was saved."""
    streams = (o["text"] for o in cell["outputs"] if o["output_type"] == "stream")
    return "".join(line for text in streams for line in text)


@pytest.fixture(scope="module")
def printed(installed: Installed) -> list[str]:
    """What each cell prints, all run in one process, as by the notebook's kernel."""
    mark = "\n--- end of a cell ---\n"
    program = "\n".join(
        f"{''.join(cell['source'])}\nprint({mark!r}, end='')" for cell in code_cells()
    )
    done = subprocess.run(
        [installed.folder / "bin" / "python", "-c", program],
        cwd=NOTEBOOK.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(mark)[:-1]


def test_every_cell_prints_what_the_notebook_shows(printed: list[str]) -> None:
    assert printed == [shown_text(cell) for cell in code_cells()]


def test_the_notebook_tells_the_answer_and_shows_a_picture() -> None:
    outputs = [output for cell in code_cells() for output in cell["outputs"]]

    assert any("passed as human in" in shown_text(cell) for cell in code_cells())
    assert any("image/png" in output.get("data", {}) for output in outputs)


def test_a_report_introduces_itself_in_few_lines() -> None:
    made = analysis.report(small_table(), replicates=0)

    shown = repr(made)

    assert made.headline in shown
    assert f"{len(made.metrics)} figures" in shown
    assert len(shown.splitlines()) <= 4


def test_a_table_of_a_report_is_a_frame_with_full_digits() -> None:
    made = analysis.report(small_table(), replicates=0)

    frame = made.table("sources").frame()

    assert frame.index.tolist() == ["bot", "human"]
    assert frame.loc["bot", "judged_human_pct"] == made.metrics["judged_human_pct/bot"]
    with pytest.raises(KeyError, match="no table 'source'; there are counts, sources"):
        made.table("source")


def test_a_path_in_place_of_a_table_is_explained() -> None:
    with pytest.raises(analysis.AnalysisError, match=r"not str; analysis\.read_judg"):
        analysis.report("judgments.csv")


def test_help_lists_every_public_name_and_shows_how_to_begin() -> None:
    text = pydoc.plain(pydoc.render_doc(analysis))

    assert 'analysis.report(pd.read_csv("judgments.csv"))' in text
    for name in analysis.__all__:
        assert re.search(rf"^    (class )?{name}\b", text, re.MULTILINE), name
