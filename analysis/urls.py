"""URLs of the analysis package."""

from django.urls import path

from analysis import bundle_views, plan_views, views
from analysis.api import ReportView
from analysis.artefact_page import artefacts_view

app_name = "analysis"
urlpatterns = [
    path("api/studies/<uuid:study>/report/", ReportView.as_view(), name="api_report"),
    path("plan/", plan_views.plan_view, name="plan"),
    path("studies/<uuid:study>/plan/", plan_views.study_plan, name="study_plan"),
    path("studies/<uuid:study>/artefacts/", artefacts_view, name="artefacts"),
    path("studies/<uuid:study>/report/", views.report_view, name="report"),
    path("studies/<uuid:study>/report/comments/", views.comments_view, name="comments"),
    path("studies/<uuid:study>/report/again/", views.report_again, name="again"),
    path(
        "studies/<uuid:study>/report.<slug:style>",
        views.report_download,
        name="report_file",
    ),
    path(
        "studies/<uuid:study>/bundle/", bundle_views.bundle_state, name="bundle_state"
    ),
    path(
        "studies/<uuid:study>/bundle.zip", bundle_views.bundle_download, name="bundle"
    ),
    path(
        "studies/<uuid:study>/judgments.<slug:style>",
        views.judgments_download,
        name="judgments_file",
    ),
]
