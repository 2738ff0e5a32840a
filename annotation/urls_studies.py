"""URLs of the researchers' pages, and of the links into a study."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from annotation.views import (
    joining,
    researcher_content,
    researcher_imports,
    researcher_invitations,
    researcher_people,
    researcher_preparation,
    researcher_readiness,
    researcher_steps,
    researcher_studies,
)

_STUDY = "studies/<uuid:study_id>/"
_VIDEOS = f"{_STUDY}videos/"
_COMMENTS = f"{_STUDY}comments/"
_TEXTS = f"{_STUDY}texts/"
_PEOPLE = f"{_STUDY}people/"
_ANNOTATOR = f"{_PEOPLE}<str:code>/"
_INVITATIONS = f"{_STUDY}invitations/"


def _page(route: str, view: Callable[..., HttpResponseBase]) -> URLPattern:
    """An address that is called like its view."""
    return path(route, view, name=view.__name__)


def _step(name: str) -> URLPattern:
    return path(
        f"{_STUDY}{name}/",
        researcher_steps.study_step,
        {"step": name},
        name=f"study_{name}",
    )


urlpatterns = [
    _page("studies/", researcher_studies.study_list),
    _page("studies/new/", researcher_studies.study_create),
    path(_STUDY, researcher_studies.study_overview, name="study"),
    _page(f"{_STUDY}live/", researcher_studies.study_live),
    _page(f"{_STUDY}settings/", researcher_studies.study_settings),
    _page(f"{_STUDY}log/", researcher_studies.study_log),
    _page(f"{_STUDY}copy/", researcher_studies.study_copy),
    _step("seal"),
    _step("open"),
    _step("pause"),
    _step("resume"),
    _step("close"),
    _page(f"{_STUDY}delete/", researcher_steps.study_delete),
    _page(f"{_STUDY}readiness/", researcher_readiness.study_readiness),
    _page(f"{_STUDY}warnings/", researcher_readiness.study_warnings),
    _page(f"{_STUDY}ineligible/drop/", researcher_readiness.study_drop_ineligible),
    _page(f"{_STUDY}fill/", researcher_readiness.study_fill),
    _page(_VIDEOS, researcher_content.study_videos),
    _page(f"{_VIDEOS}add/", researcher_content.study_videos_add),
    _page(f"{_VIDEOS}remove/", researcher_content.study_videos_remove),
    _page(f"{_STUDY}sources/", researcher_content.study_sources),
    _page(_TEXTS, researcher_content.study_texts),
    _page(f"{_TEXTS}preview/", researcher_content.study_text_preview),
    _page(f"{_TEXTS}<str:kind>/", researcher_content.study_text_edit),
    _page(f"{_TEXTS}<str:kind>/<int:version>/", researcher_content.study_text_version),
    _page(f"{_STUDY}preparation/", researcher_preparation.study_preparation),
    _page(_COMMENTS, researcher_imports.study_comments),
    _page(f"{_COMMENTS}<uuid:import_id>/", researcher_imports.study_import),
    _page(
        f"{_COMMENTS}<uuid:import_id>/restart/", researcher_imports.study_import_restart
    ),
    _page(
        f"{_COMMENTS}<uuid:import_id>/refused.csv",
        researcher_imports.study_import_errors,
    ),
    _page(_PEOPLE, researcher_people.study_people),
    _page(f"{_PEOPLE}annotators/", researcher_people.study_add_annotators),
    _page(f"{_PEOPLE}researchers/", researcher_people.study_add_researchers),
    _page(
        f"{_PEOPLE}researchers/<str:username>/remove/",
        researcher_people.study_remove_researcher,
    ),
    _page(f"{_ANNOTATOR}exclude/", researcher_people.study_exclude),
    _page(f"{_ANNOTATOR}include/", researcher_people.study_include),
    _page(f"{_ANNOTATOR}forget/", researcher_people.study_forget),
    _page(_INVITATIONS, researcher_invitations.study_invitations),
    _page(
        f"{_INVITATIONS}<uuid:invitation_id>/revoke/",
        researcher_invitations.study_revoke,
    ),
    _page("join/<str:token>/", joining.join),
]
