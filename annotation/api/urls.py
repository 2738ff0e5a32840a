"""URLs of the REST API (the reports are under the same prefix, in `analysis`)."""

from csp.decorators import csp_update
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from annotation.api import views

app_name = "api"

router = DefaultRouter()
router.include_format_suffixes = False  # JSON is all there is
router.register("studies", views.StudyViewSet)
router.register("sources", views.SourceViewSet)
router.register("batches", views.BatchViewSet)
router.register("comments", views.BatchCommentViewSet)
router.register("judgments", views.JudgmentViewSet)

# Swagger UI writes styles into its page; nothing else of the site may.
_browser = csp_update({"style-src": ["'self'", "'unsafe-inline'"]})(
    SpectacularSwaggerSplitView.as_view(url_name="api:schema")
)

urlpatterns = [
    path("", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", _browser, name="docs"),
]
