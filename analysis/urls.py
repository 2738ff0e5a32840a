"""URLs of the analysis package."""

from django.urls import path

from analysis.views import (
    bundle,
    compare,
    downloads,
    figures,
    judge,
    plan,
    preferences,
    registration,
    report,
    reproduction,
)
from analysis.views.api import BundleView, DownloadsView, ReportView
from analysis.views.artefacts import artefacts_again, artefacts_view
from analysis.views.comments import comments_view
from analysis.views.registration_api import PreregistrationView

app_name = "analysis"
urlpatterns = [
    path("api/studies/<uuid:study>/report/", ReportView.as_view(), name="api_report"),
    path(
        "api/studies/<uuid:study>/downloads/",
        DownloadsView.as_view(),
        name="api_downloads",
    ),
    path(
        "api/studies/<uuid:study>/preregistration/",
        PreregistrationView.as_view(),
        name="api_registration",
    ),
    path("api/studies/<uuid:study>/bundle/", BundleView.as_view(), name="api_bundle"),
    path("plan/", plan.plan_view, name="plan"),
    path("plan/judge/", plan.plan_judge, name="plan_judge"),
    path("plan/<uuid:public_id>/", plan.plan_answer, name="plan_answer"),
    path("studies/<uuid:study>/plan/", plan.study_plan, name="study_plan"),
    path("studies/<uuid:study>/plan/rule", plan.rule_outlook_part, name="rule_outlook"),
    path(
        "studies/<uuid:study>/preregistration/",
        registration.registration,
        name="registration",
    ),
    path(
        "studies/<uuid:study>/preregistration.<slug:style>",
        registration.registration_file,
        name="registration_file",
    ),
    path("studies/<uuid:study>/artefacts/", artefacts_view, name="artefacts"),
    path(
        "studies/<uuid:study>/artefacts/again/",
        artefacts_again,
        name="artefacts_again",
    ),
    path("studies/<uuid:study>/compare/", compare.compare_view, name="compare"),
    path(
        "studies/<uuid:study>/compare/again/",
        compare.compare_again,
        name="compare_again",
    ),
    path(
        "studies/<uuid:study>/compare.<slug:style>",
        compare.compare_download,
        name="compare_file",
    ),
    path(
        "studies/<uuid:study>/compare/published/",
        reproduction.published_view,
        name="published",
    ),
    path(
        "studies/<uuid:study>/compare/published.<slug:style>",
        reproduction.published_download,
        name="published_file",
    ),
    path("studies/<uuid:study>/judge/", judge.judge_view, name="judge"),
    path("studies/<uuid:study>/judge/again/", judge.judge_again, name="judge_again"),
    path(
        "studies/<uuid:study>/judge.<slug:style>",
        judge.judge_download,
        name="judge_file",
    ),
    path(
        "studies/<uuid:study>/preferences/",
        preferences.preferences_view,
        name="preferences",
    ),
    path(
        "studies/<uuid:study>/preferences/again/",
        preferences.preferences_again,
        name="preferences_again",
    ),
    path(
        "studies/<uuid:study>/preferences/use/",
        preferences.training_use,
        name="training_use",
    ),
    path(
        "studies/<uuid:study>/preferences/rounds/",
        preferences.learning_round_record,
        name="learning_round",
    ),
    path(
        "studies/<uuid:study>/preferences/rounds/<int:learning_round>/again/",
        preferences.follow_up,
        name="follow_up",
    ),
    path(
        "studies/<uuid:study>/preferences/<slug:kind>.zip",
        preferences.preferences_file,
        name="preferences_file",
    ),
    path("studies/<uuid:study>/report/", report.report_view, name="report"),
    path("studies/<uuid:study>/report/comments/", comments_view, name="comments"),
    path("studies/<uuid:study>/report/again/", report.report_again, name="again"),
    path("studies/<uuid:study>/downloads/", downloads.downloads_view, name="downloads"),
    path(
        "studies/<uuid:study>/report.<slug:style>",
        downloads.report_download,
        name="report_file",
    ),
    path(
        "studies/<uuid:study>/figures/<slug:name>.<slug:style>",
        figures.figure_download,
        name="figure",
    ),
    path(
        "studies/<uuid:study>/figures/again/",
        figures.figures_again,
        name="figures_again",
    ),
    path(
        "studies/<uuid:study>/figures/<slug:name>/",
        figures.figure_state,
        name="figure_state",
    ),
    path("studies/<uuid:study>/bundle/", bundle.bundle_state, name="bundle_state"),
    path(
        "studies/<uuid:study>/close/bundle",
        bundle.close_with_bundle,
        name="close_with_bundle",
    ),
    path("studies/<uuid:study>/bundle.zip", bundle.bundle_download, name="bundle"),
    path(
        "studies/<uuid:study>/judgments.<slug:style>",
        downloads.judgments_download,
        name="judgments_file",
    ),
    path(
        "studies/<uuid:study>/heds.<slug:style>",
        downloads.datasheet_download,
        name="datasheet_file",
    ),
    path(
        "studies/<uuid:study>/everything.zip",
        downloads.everything_download,
        name="everything",
    ),
]
