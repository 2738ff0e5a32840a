"""URLs of the thinking package."""

from django.urls import path

from thinking.views import (
    asking,
    builds,
    comparison,
    item_studies,
    problems,
    results,
    runs,
    sheets,
)

app_name = "thinking"
_SHEET = "answer/<uuid:assignment_id>/"

# What annotators may open; everything else answers them with 403 or 404.
annotator_urls = [
    path(_SHEET, sheets.sheet, name="sheet"),
    path(f"{_SHEET}answers/", sheets.sheet_answers, name="sheet_answers"),
    path(f"{_SHEET}saved/", sheets.sheet_saved, name="sheet_saved"),
    path(f"{_SHEET}submit/", sheets.sheet_submit, name="sheet_submit"),
    path(f"{_SHEET}problem/", problems.sheet_problem, name="sheet_problem"),
]
urlpatterns = [
    *annotator_urls,
    path("builds/<str:name>/people/", item_studies.item_study_create, name="people"),
    path("item-studies/<uuid:study_id>/", item_studies.item_study, name="item_study"),
    path("mmla/", results.mmla, name="mmla"),
    path("mmla/comparison/", comparison.mmla_comparison, name="mmla_compare"),
    path("builds/", builds.build_list, name="builds"),
    path("builds/<str:name>/", builds.build_detail, name="build"),
    path("builds/<str:name>/seal/", builds.build_seal, name="build_seal"),
    path("builds/<str:name>/items.jsonl", builds.build_items, name="build_items"),
    path("builds/<str:name>/import/", runs.run_import, name="import"),
    path("builds/<str:name>/ask/", asking.run_ask, name="ask"),
    path("builds/<str:name>/results/", results.build_results, name="results"),
    path("builds/<str:name>/comparison/", comparison.build_comparison, name="compare"),
    path("builds/<str:name>/results.<str:kind>", results.results_file, name="file"),
    path("builds/<str:name>/answers.zip", results.results_bundle, name="bundle"),
    path("runs/<uuid:run_id>/", runs.run_detail, name="run"),
    path("runs/<uuid:run_id>/replies.jsonl", runs.run_replies, name="run_replies"),
    path("runs/<uuid:run_id>/cancel/", asking.run_cancel, name="run_cancel"),
    path("runs/<uuid:run_id>/retry/", asking.run_retry, name="run_retry"),
    path("runs/<uuid:run_id>/set-aside/", runs.run_set_aside, name="run_set_aside"),
]
