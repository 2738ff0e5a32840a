"""Figures as a paper takes them: how wide, in which fonts, in which greys."""

import io
import json
import re
import zlib
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from analysis.figures.charts import FIGURES, charts, drawn
from analysis.figures.picture import FORMATS
from analysis.figures.style import ACCENT, INK, SHADES, SOFT
from analysis.metrics.sources import tally
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.chapters import Chapters, chapters
from analysis.reporting.computing import report
from analysis.reporting.report import Report
from analysis.reporting.tables import Table

INCHES = (3.3, 7.0)


@pytest.fixture(scope="module")
def study() -> tuple[Report, Chapters]:
    design = Design(8, 12, redundancy=3, sources=paper_sources(models=3))
    data = simulate(design, np.random.default_rng(1))
    return report(data, replicates=20), chapters(data, tally(data), {})


@pytest.fixture(scope="module")
def files(study: tuple[Report, Chapters]) -> dict[tuple[str, float, str], bytes]:
    return {
        (name, inches, style): drawn(chart, style)
        for inches in INCHES
        for name, chart in charts(*study, inches).items()
        for style in FORMATS
    }


def test_every_figure_is_exactly_as_wide_as_asked(
    files: dict[tuple[str, float, str], bytes],
) -> None:
    for (name, inches, style), content in files.items():
        if style == "svg":
            found = re.search(rb'width="([\d.]+)pt"', content)
        elif style == "pdf":
            found = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+)", plain(content))
        else:
            with Image.open(io.BytesIO(content)) as picture:
                assert picture.width == pytest.approx(300 * inches, abs=2), name
                assert picture.info["dpi"][0] == pytest.approx(300, abs=1)
            continue
        assert found is not None, (name, style)
        assert float(found[1]) == pytest.approx(72 * inches, abs=1), (name, style)


def plain(pdf: bytes) -> bytes:
    """The PDF with its compressed object streams opened."""
    opened = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(opened)


def test_a_pdf_embeds_its_fonts_as_truetype(
    files: dict[tuple[str, float, str], bytes],
) -> None:
    for (name, _inches, style), content in files.items():
        if style != "pdf":
            continue
        text = plain(content)
        assert b"/CIDFontType2" in text, name  # what matplotlib calls type 42
        assert b"/FontFile2" in text, name
        assert b"/Type3" not in text, name


def test_text_of_an_svg_stays_text_in_fonts_that_others_have(
    files: dict[tuple[str, float, str], bytes],
) -> None:
    for (name, _inches, style), content in files.items():
        if style != "svg":
            continue
        svg = content.decode()
        assert "<text" in svg, name
        assert 'font-family="Liberation Sans, Arial, Helvetica, sans-serif"' in svg
        assert 'font-family="Liberation Sans"' not in svg, name
        assert f'aria-label="{FIGURES[name].words[:20]}' in svg


def lightness(colour: str) -> float:
    red, green, blue = bytes.fromhex(colour[1:])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def test_shades_keep_their_order_in_grey_print() -> None:
    steps = [lightness(colour) for colour in SHADES]

    assert steps == sorted(steps, reverse=True)
    assert min(a - b for a, b in pairwise(steps)) > 0.07
    assert lightness(INK) < lightness(ACCENT) - 0.15 < lightness(SOFT) - 0.15


def test_what_colour_tells_of_origin_is_told_by_shape_or_dash_too(
    study: tuple[Report, Chapters],
) -> None:
    for name, chart in charts(*study).items():
        spec = json.dumps(chart.to_dict())
        if '"field": "origin"' in spec:
            assert '"shape"' in spec or '"strokeDash"' in spec, name


def test_every_figure_has_a_table_of_its_numbers(
    study: tuple[Report, Chapters],
) -> None:
    drawn_names = set(charts(*study))

    for name, figure in FIGURES.items():
        table = figure.table(*study)
        assert isinstance(table, Table)
        assert table.rows or name not in drawn_names, name
