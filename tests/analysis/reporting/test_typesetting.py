"""The tables that a paper takes over, typeset as its author would."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import analysis
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.paper_table import PAPER_FORMATS
from analysis.reporting.rendering import as_latex
from analysis.reporting.stop_rule import StopRule

_PROGRAMS = {
    "tectonic": ("--keep-logs",),
    "pdflatex": ("-interaction=nonstopmode", "-halt-on-error"),
}
_PAPER = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{booktabs,graphicx,siunitx}
\begin{document}
%s
\clearpage
%s
\end{document}
"""


@pytest.mark.slow
def test_tables_compile_as_they_are(tmp_path: Path) -> None:
    program = next(filter(shutil.which, _PROGRAMS), None)
    if program is None:
        pytest.skip(f"no TeX on PATH (looked for {', '.join(_PROGRAMS)})")
    design = Design(12, 30, redundancy=3, sources=paper_sources(models=3))
    made = analysis.report(
        simulate(design, np.random.default_rng(1)),
        replicates=20,
        titles={"human": "50 % of #1 & _viewers_ {~^\\}"},
        stop_rule=StopRule(3.0, "2026-01-01T00:00:00"),
    )
    paper = _PAPER % (as_latex(made), PAPER_FORMATS["tex"](made))
    (tmp_path / "paper.tex").write_text(paper, encoding="utf-8")

    done = subprocess.run(
        [program, *_PROGRAMS[program], "paper.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert (tmp_path / "paper.pdf").stat().st_size > 10_000
