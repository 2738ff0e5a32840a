"""URLs of the researchers' pages, and of the links into a study."""

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


def _step(name: str) -> URLPattern:
    return path(
        f"{_STUDY}{name}/",
        researcher_steps.study_step,
        {"step": name},
        name=f"study_{name}",
    )


urlpatterns = [
    path("studies/", researcher_studies.study_list, name="study_list"),
    path("studies/new/", researcher_studies.study_create, name="study_create"),
    path(_STUDY, researcher_studies.study_overview, name="study"),
    path(f"{_STUDY}live/", researcher_studies.study_live, name="study_live"),
    path(
        f"{_STUDY}settings/", researcher_studies.study_settings, name="study_settings"
    ),
    path(f"{_STUDY}log/", researcher_studies.study_log, name="study_log"),
    path(f"{_STUDY}copy/", researcher_studies.study_copy, name="study_copy"),
    _step("seal"),
    _step("open"),
    _step("pause"),
    _step("resume"),
    _step("close"),
    path(f"{_STUDY}delete/", researcher_steps.study_delete, name="study_delete"),
    path(
        f"{_STUDY}readiness/",
        researcher_readiness.study_readiness,
        name="study_readiness",
    ),
    path(
        f"{_STUDY}warnings/", researcher_readiness.study_warnings, name="study_warnings"
    ),
    path(
        f"{_STUDY}ineligible/drop/",
        researcher_readiness.study_drop_ineligible,
        name="study_drop_ineligible",
    ),
    path(f"{_STUDY}fill/", researcher_readiness.study_fill, name="study_fill"),
    path(_VIDEOS, researcher_content.study_videos, name="study_videos"),
    path(
        f"{_VIDEOS}add/", researcher_content.study_videos_add, name="study_videos_add"
    ),
    path(
        f"{_VIDEOS}remove/",
        researcher_content.study_videos_remove,
        name="study_videos_remove",
    ),
    path(f"{_STUDY}sources/", researcher_content.study_sources, name="study_sources"),
    path(_TEXTS, researcher_content.study_texts, name="study_texts"),
    path(
        f"{_TEXTS}preview/",
        researcher_content.study_text_preview,
        name="study_text_preview",
    ),
    path(
        f"{_TEXTS}<str:kind>/",
        researcher_content.study_text_edit,
        name="study_text_edit",
    ),
    path(
        f"{_TEXTS}<str:kind>/<int:version>/",
        researcher_content.study_text_version,
        name="study_text_version",
    ),
    path(
        f"{_STUDY}preparation/",
        researcher_preparation.study_preparation,
        name="study_preparation",
    ),
    path(_COMMENTS, researcher_imports.study_comments, name="study_comments"),
    path(
        f"{_COMMENTS}<uuid:import_id>/",
        researcher_imports.study_import,
        name="study_import",
    ),
    path(
        f"{_COMMENTS}<uuid:import_id>/restart/",
        researcher_imports.study_import_restart,
        name="study_import_restart",
    ),
    path(
        f"{_COMMENTS}<uuid:import_id>/refused.csv",
        researcher_imports.study_import_errors,
        name="study_import_errors",
    ),
    path(_PEOPLE, researcher_people.study_people, name="study_people"),
    path(
        f"{_PEOPLE}annotators/",
        researcher_people.study_add_annotators,
        name="study_add_annotators",
    ),
    path(
        f"{_PEOPLE}researchers/",
        researcher_people.study_add_researchers,
        name="study_add_researchers",
    ),
    path(
        f"{_PEOPLE}researchers/<str:username>/remove/",
        researcher_people.study_remove_researcher,
        name="study_remove_researcher",
    ),
    path(
        f"{_ANNOTATOR}exclude/", researcher_people.study_exclude, name="study_exclude"
    ),
    path(
        f"{_ANNOTATOR}include/", researcher_people.study_include, name="study_include"
    ),
    path(f"{_ANNOTATOR}forget/", researcher_people.study_forget, name="study_forget"),
    path(
        _INVITATIONS,
        researcher_invitations.study_invitations,
        name="study_invitations",
    ),
    path(
        f"{_INVITATIONS}<uuid:invitation_id>/revoke/",
        researcher_invitations.study_revoke,
        name="study_revoke",
    ),
    path("join/<str:token>/", joining.join, name="join"),
]
