"""URLs of the REST API (the reports are under the same prefix, in `analysis`)."""

from csp.decorators import csp_update
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from annotation.api import (
    contents,
    imports,
    invitations,
    people,
    preparation,
    studies,
    views,
)

app_name = "api"

router = DefaultRouter()
router.include_format_suffixes = False  # JSON is all there is
router.register("studies", studies.StudyViewSet)
router.register("sources", views.SourceViewSet)
router.register("batches", views.BatchViewSet)
router.register("comments", views.BatchCommentViewSet)
router.register("judgments", views.JudgmentViewSet)

# Swagger UI writes styles into its page; nothing else of the site may.
_browser = csp_update({"style-src": ["'self'", "'unsafe-inline'"]})(
    SpectacularSwaggerSplitView.as_view(url_name="api:schema")
)

_STUDY = "studies/<uuid:study>/"
_IMPORT = f"{_STUDY}imports/<uuid:import_id>/"

study_urls = [
    path(f"{_STUDY}videos/", contents.VideosView.as_view()),
    path(f"{_STUDY}videos/remove/", contents.VideosRemoveView.as_view()),
    path(f"{_STUDY}sources/", contents.SourcesView.as_view()),
    path(f"{_STUDY}sources/take/", contents.TakeView.as_view()),
    path(f"{_STUDY}fill/", contents.FillView.as_view()),
    path(f"{_STUDY}texts/", contents.TextsView.as_view()),
    path(f"{_STUDY}texts/<str:kind>/", contents.TextView.as_view()),
    path(f"{_STUDY}instrument/", preparation.InstrumentView.as_view()),
    path(f"{_STUDY}training/", preparation.TrainingView.as_view()),
    path(f"{_STUDY}questions/", preparation.QuestionsView.as_view()),
    path(f"{_STUDY}checks/", preparation.ChecksView.as_view()),
    path(f"{_STUDY}annotators/", people.AnnotatorsView.as_view()),
    path(
        f"{_STUDY}annotators/<str:code>/exclude/",
        people.AnnotatorExcludeView.as_view(),
    ),
    path(
        f"{_STUDY}annotators/<str:code>/restore/",
        people.AnnotatorRestoreView.as_view(),
    ),
    path(f"{_STUDY}invitations/", invitations.InvitationsView.as_view()),
    path(
        f"{_STUDY}invitations/<uuid:invitation>/revoke/",
        invitations.InvitationRevokeView.as_view(),
    ),
    path(f"{_STUDY}imports/", imports.StudyImportsView.as_view()),
    path(_IMPORT, imports.StudyImportView.as_view()),
    path(f"{_IMPORT}restart/", imports.StudyImportRestartView.as_view()),
    path(f"{_IMPORT}cancel/", imports.StudyImportCancelView.as_view()),
]

urlpatterns = [
    path("", include(router.urls)),
    *study_urls,
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", _browser, name="docs"),
]
