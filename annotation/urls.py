"""URLs of the annotation package."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from annotation.views import imports
from annotation.views.judging import annotator, home, judge, own_work, preview, training
from annotation.views.judging import messages as judging_messages
from annotation.views.judging import problems as judging_problems
from annotation.views.people import (
    consent,
    crowd,
    invitations,
    joining,
    leaving,
    memberships,
    passwords,
    payments,
    problems,
    withdrawals,
    work,
)
from annotation.views.people import messages as people_messages
from annotation.views.studies import (
    content,
    human_comments,
    lifecycle,
    preparation,
    readiness,
    study,
    ways_out,
)

_WORK = "work/<uuid:study_id>/"
_JUDGE = "judge/<uuid:assignment_id>/"
_STUDY = "studies/<uuid:study_id>/"
_PREVIEW = f"{_STUDY}preview/"
_VIDEOS = f"{_STUDY}videos/"
_COMMENTS = f"{_STUDY}comments/"
_TEXTS = f"{_STUDY}texts/"
_PEOPLE = f"{_STUDY}people/"
_ANNOTATOR = f"{_PEOPLE}<str:code>/"
_INVITATIONS = f"{_STUDY}invitations/"


def _page(route: str, view: Callable[..., HttpResponseBase]) -> URLPattern:
    """An address that is called like its view."""
    return path(route, view, name=view.__name__)


def _transition(name: str) -> URLPattern:
    return path(
        f"{_STUDY}{name}/",
        lifecycle.study_transition,
        {"transition": name},
        name=f"study_{name}",
    )


app_name = "annotation"

# What annotators may open; everything else answers them with 403 or 404.
annotator_urls = [
    _page(_WORK, annotator.work),
    _page(f"{_WORK}consent/", consent.consent),
    _page(f"{_WORK}guidelines/", consent.guidelines),
    _page(f"{_WORK}comprehension/", annotator.comprehension),
    _page(f"{_WORK}training/", training.training),
    _page(f"{_WORK}messages/<uuid:message_id>/read/", judging_messages.message_read),
    _page(f"{_WORK}next/", annotator.next_batch),
    _page(f"{_WORK}done/", annotator.done),
    _page(f"{_WORK}submitted/", own_work.submitted),
    _page(f"{_WORK}submitted/<int:number>/", own_work.submitted_batch),
    _page(f"{_WORK}leave/", leaving.leave),
    _page(f"{_WORK}other-device/", crowd.other_device),
    _page(_JUDGE, judge.judge),
    _page(f"{_JUDGE}answers/", judge.answers),
    _page(f"{_JUDGE}submit/", judge.submit),
    _page(f"{_JUDGE}playback/", judge.playback),
    _page(f"{_JUDGE}pause/", judge.pause),
    _page(f"{_JUDGE}tour/", judge.tour),
    _page(f"{_JUDGE}saved/", judge.saved),
    _page(f"{_JUDGE}problem/", judging_problems.problem),
]

study_urls = [
    _page("studies/", study.study_list),
    _page("studies/new/", study.study_create),
    path(_STUDY, study.study_overview, name="study"),
    _page(f"{_STUDY}live/", study.study_live),
    _page(f"{_STUDY}settings/", study.study_settings),
    _page(f"{_STUDY}log/", study.study_log),
    _page(f"{_STUDY}protocol/", study.study_protocol),
    _page(f"{_STUDY}copy/", study.study_copy),
    _transition("seal"),
    _transition("open"),
    _transition("pause"),
    _transition("resume"),
    _transition("close"),
    _page(f"{_STUDY}archive/", lifecycle.study_archive),
    _page(f"{_STUDY}delete/", lifecycle.study_delete),
    _page(f"{_STUDY}readiness/", readiness.study_readiness),
    _page(f"{_STUDY}incomplete/", readiness.study_incomplete),
    _page(f"{_STUDY}warnings/", readiness.study_warnings),
    _page(f"{_STUDY}ineligible/drop/", readiness.study_drop_ineligible),
    _page(f"{_STUDY}fill/", readiness.study_fill),
    _page(_VIDEOS, content.study_videos),
    _page(f"{_VIDEOS}add/", content.study_videos_add),
    _page(f"{_VIDEOS}remove/", content.study_videos_remove),
    _page(f"{_VIDEOS}<uuid:batch_id>/", human_comments.study_human_comments),
    _page(f"{_VIDEOS}<uuid:batch_id>/hold-back/", human_comments.study_hold_back),
    _page(f"{_STUDY}sources/", content.study_sources),
    _page(f"{_STUDY}sources/take/", content.study_take_comments),
    _page(_TEXTS, content.study_texts),
    _page(f"{_TEXTS}preview/", content.study_text_preview),
    _page(f"{_TEXTS}<str:kind>/", content.study_text_edit),
    _page(f"{_TEXTS}<str:kind>/<int:version>/", content.study_text_version),
    _page(f"{_STUDY}preparation/", preparation.study_preparation),
    _page(f"{_STUDY}endings/", ways_out.study_ways_out),
]

# A study as its annotators would see it; nothing is stored.
preview_urls = [
    _page(_PREVIEW, preview.preview_work),
    _page(f"{_PREVIEW}texts/", preview.preview_consent),
    _page(f"{_PREVIEW}guidelines/", preview.preview_guidelines),
    _page(f"{_PREVIEW}comprehension/", preview.preview_comprehension),
    _page(f"{_PREVIEW}training/", preview.preview_training),
    path(f"{_PREVIEW}batch/", preview.preview_batch_page, name="preview_batch"),
    _page(f"{_PREVIEW}answers/", preview.preview_answers),
    _page(f"{_PREVIEW}submit/", preview.preview_submit),
    _page(f"{_PREVIEW}saved/", preview.preview_saved),
    path(f"{_PREVIEW}playback/", preview.preview_nothing, name="preview_playback"),
    path(f"{_PREVIEW}tour/", preview.preview_nothing, name="preview_tour"),
    _page(f"{_PREVIEW}pause/", preview.preview_pause),
    _page(f"{_PREVIEW}done/", preview.preview_done),
]

import_urls = [
    _page(_COMMENTS, imports.study_comments),
    _page(f"{_COMMENTS}<uuid:import_id>/", imports.study_import),
    _page(f"{_COMMENTS}<uuid:import_id>/store/", imports.study_import_store),
    _page(f"{_COMMENTS}<uuid:import_id>/restart/", imports.study_import_restart),
    _page(f"{_COMMENTS}<uuid:import_id>/cancel/", imports.study_import_cancel),
    _page(f"{_COMMENTS}<uuid:import_id>/refused.csv", imports.study_import_errors),
]

people_urls = [
    _page(_PEOPLE, memberships.study_people),
    _page(f"{_PEOPLE}annotators/", memberships.study_add_annotators),
    _page(f"{_PEOPLE}researchers/", memberships.study_researchers),
    _page(
        f"{_PEOPLE}researchers/<str:username>/remove/",
        memberships.study_remove_researcher,
    ),
    _page(f"{_PEOPLE}payments.csv", payments.study_payments),
    _page(f"{_ANNOTATOR}exclude/", memberships.study_exclude),
    _page(f"{_ANNOTATOR}include/", memberships.study_include),
    _page(f"{_ANNOTATOR}forget/", memberships.study_forget),
    _page(f"{_ANNOTATOR}password/", passwords.study_password_link),
    _page(_ANNOTATOR, work.study_annotator),
    _page(f"{_ANNOTATOR}<int:number>/reopen/", work.study_reopen),
    _page(f"{_STUDY}withdraw/<uuid:batch_id>/", withdrawals.study_withdraw),
    _page(f"{_STUDY}messages/", people_messages.study_messages),
    _page(
        f"{_STUDY}messages/<uuid:message_id>/withdraw/",
        people_messages.study_message_withdraw,
    ),
    _page(f"{_STUDY}problems/", problems.study_problems),
    _page(f"{_STUDY}problems/<uuid:problem_id>/", problems.study_problem_answer),
    _page(_INVITATIONS, invitations.study_invitations),
    _page(f"{_INVITATIONS}<uuid:invitation_id>/revoke/", invitations.study_revoke),
]

urlpatterns = [
    _page("", home.home),
    *annotator_urls,
    *study_urls,
    *preview_urls,
    *import_urls,
    *people_urls,
    _page("join/<str:token>/", joining.join),
    _page("join/<str:token>/return/", crowd.crowd_return),
]
