"""The report page as one file: style and pictures inside, nothing to fetch."""

from collections.abc import Mapping
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from analysis.models import StoredReport
from analysis.pages.figures import FigureView
from analysis.pages.report import report_page
from annotation.models import Study

_STYLES = ("tokens", "base", "controls", "studies", "report")


def single_page(
    study: Study, stored: StoredReport, figures: Mapping[str, FigureView]
) -> str:
    """The whole report as an HTML document that can be mailed, kept and printed."""
    context = report_page(study, stored)
    styles = "\n".join(_style(name) for name in _STYLES)
    context |= {"study": study, "styles": styles, "is_file": True, "figures": figures}
    return render_to_string("analysis/single.html", context).lstrip()


def _style(name: str) -> str:
    path = finders.find(f"css/{name}.css")
    return Path(str(path)).read_text(encoding="utf-8")
