"""A study's pages, in the phases that a researcher goes through.

The one place that says which pages a study has, what they are called and in which
order: tabs, the menu on phones, titles and breadcrumbs follow.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class StudyPage:
    """One page of a study, with the pages that are reached only from it."""

    url_name: str
    title: str | Promise
    beneath: frozenset[str] = frozenset()
    is_for_admins: bool = False

    def holds(self, url_name: str) -> bool:
        return url_name == self.url_name or url_name in self.beneath


@dataclass(frozen=True, slots=True)
class Phase:
    """What a researcher does in one stretch, and the pages for it."""

    title: str | Promise
    pages: tuple[StudyPage, ...]

    @property
    def first(self) -> StudyPage:
        return self.pages[0]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a study an address is."""

    phase: Phase
    page: StudyPage
    # Whether the address is the page itself, and not one beneath it.
    is_page: bool


def _beneath(app: str, *names: str) -> frozenset[str]:
    return frozenset(f"{app}:{name}" for name in names)


_OVERVIEW = Phase(
    _("Overview"),
    (
        StudyPage(
            "annotation:study",
            _("Overview"),
            _beneath(
                "annotation",
                "study_seal",
                "study_open",
                "study_pause",
                "study_resume",
                "study_close",
                "study_delete",
            ),
        ),
        StudyPage("annotation:study_log", _("Log")),
    ),
)

_DESIGN = (
    StudyPage("annotation:study_settings", _("Settings")),
    StudyPage("analysis:study_plan", _("Plan and stop rule")),
    StudyPage("analysis:registration", _("Preregistration")),
    StudyPage(
        "annotation:study_texts",
        _("Texts"),
        _beneath("annotation", "study_text_edit", "study_text_version"),
    ),
    StudyPage("annotation:study_preparation", _("Training and checks")),
)

_VIDEOS_AND_SOURCES = (
    StudyPage(
        "annotation:study_videos",
        _("Videos"),
        _beneath(
            "annotation",
            "study_videos_add",
            "study_videos_remove",
            "study_human_comments",
            "study_withdraw",
        ),
    ),
    StudyPage(
        "annotation:study_sources",
        _("Sources"),
        _beneath("annotation", "study_comments", "study_import"),
    ),
    StudyPage("generation:study_rounds", _("Rounds"), is_for_admins=True),
)

_UNDER_READINESS = _beneath(
    "annotation", "study_warnings", "study_fill", "study_incomplete"
)
_READINESS = StudyPage("annotation:study_readiness", _("Readiness"), _UNDER_READINESS)
# Past the seal every batch is ready.
_BATCHES = StudyPage("annotation:study_readiness", _("Batches"), _UNDER_READINESS)
_ARTEFACTS = StudyPage("analysis:artefacts", _("Artefacts"))

_PEOPLE = Phase(
    _("People"),
    (
        StudyPage(
            "annotation:study_people",
            _("Annotators"),
            _beneath(
                "annotation",
                "study_add_annotators",
                "study_annotator",
                "study_exclude",
                "study_forget",
                "study_password_link",
                "study_reopen",
            ),
        ),
        StudyPage("annotation:study_researchers", _("Researchers")),
        StudyPage("annotation:study_invitations", _("Invitations")),
        StudyPage("annotation:study_messages", _("Messages")),
        StudyPage("annotation:study_ways_out", _("Endings")),
        StudyPage("annotation:study_problems", _("Reported problems")),
    ),
)

_JUDGE_PAGES = _beneath("judges", "ask", "encode", "run")
_FILES = ("report_file", "figure", "compare_file", "judge_file")
_RESULT_PAGES = (
    "comments",
    "compare",
    "published",
    "judge",
    "preferences",
    "training_use",
    "learning_round",
    "downloads",
)
_RESULTS = Phase(
    _("Results"),
    (
        StudyPage("analysis:report", _("Report"), _beneath("analysis", *_FILES)),
        StudyPage("analysis:comments", _("Comments")),
        StudyPage(
            "analysis:compare", _("Comparison"), _beneath("analysis", "published")
        ),
        StudyPage("analysis:judge", _("With a judge"), _JUDGE_PAGES),
        StudyPage(
            "analysis:preferences",
            _("Preference data"),
            _beneath("analysis", "training_use", "learning_round"),
        ),
        StudyPage("analysis:downloads", _("Downloads")),
    ),
)

# Nothing is collected yet; the one page says so.
_RESULTS_TO_COME = Phase(
    _("Results"),
    (
        StudyPage(
            "analysis:report",
            _("Report"),
            _beneath("analysis", *_RESULT_PAGES, *_FILES) | _JUDGE_PAGES,
        ),
    ),
)

DRAFT_PHASES = (
    _OVERVIEW,
    Phase(_("Design"), _DESIGN),
    Phase(_("Content"), (*_VIDEOS_AND_SOURCES, _READINESS, _ARTEFACTS)),
    _PEOPLE,
    _RESULTS_TO_COME,
)

# The seal makes one protocol of what was designed and what was filled in.
SEALED_PHASES = (
    _OVERVIEW,
    Phase(
        _("Protocol"),
        (
            StudyPage("annotation:study_protocol", _("Protocol")),
            *_DESIGN,
            *_VIDEOS_AND_SOURCES,
            _BATCHES,
            _ARTEFACTS,
        ),
    ),
    _PEOPLE,
    _RESULTS,
)


_OVERVIEW_OF_ITEMS = Phase(
    _("Overview"),
    (
        replace(
            _OVERVIEW.first,
            url_name="thinking:item_study",
            beneath=_OVERVIEW.first.beneath | {_OVERVIEW.first.url_name},
        ),
        *_OVERVIEW.pages[1:],
    ),
)

# What is asked is fixed by the build, and its results are the build's.
ITEM_PHASES = (
    _OVERVIEW_OF_ITEMS,
    Phase(
        _("Design"),
        tuple(
            page
            for page in _DESIGN
            if page.url_name
            in ("annotation:study_texts", "annotation:study_preparation")
        ),
    ),
    _PEOPLE,
)


def phases_of(
    *, is_draft: bool, is_admin: bool, is_of_comments: bool = True
) -> tuple[Phase, ...]:
    """The phases of a study, with the pages that the person may open."""
    phases: tuple[Phase, ...] = DRAFT_PHASES if is_draft else SEALED_PHASES
    if not is_of_comments:
        phases = ITEM_PHASES
    return tuple(
        Phase(
            phase.title,
            tuple(page for page in phase.pages if is_admin or not page.is_for_admins),
        )
        for phase in phases
    )


def place_of(url_name: str, phases: tuple[Phase, ...]) -> Place:
    """Where an address is.

    Raises:
        LookupError: no phase has it: every page of a study has its place above.
    """
    for phase, page in _pages_in(phases):
        if page.holds(url_name):
            return Place(phase, page, is_page=url_name == page.url_name)
    msg = f"{url_name} has no place among the pages of a study"
    raise LookupError(msg)


def _pages_in(phases: tuple[Phase, ...]) -> Iterator[tuple[Phase, StudyPage]]:
    for phase in phases:
        for page in phase.pages:
            yield phase, page
