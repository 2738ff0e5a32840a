"""The address book: one prefix a package."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from django.views.i18n import set_language

from config.health import health, healthz, readyz
from operations.metrics.views import metrics

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("", include("annotation.urls")),
    path("", include("analysis.urls")),
    path("", include("judges.urls")),
    path("generation/", include("generation.urls")),
    path("thinking/", include("thinking.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("accounts.second_factors.urls")),
    path("accounts/sso/", include("accounts.single_sign_on.urls")),
    path("operations/", include("operations.urls")),
    path("help/", include("manual.urls")),
    path("", include("corpus.urls")),
    path("api/", include("annotation.api.urls")),
    path("api/", include("generation.api_urls")),
    # One way to sign in, with its limits.
    path(
        "admin/login/",
        RedirectView.as_view(pattern_name="accounts:login", query_string=True),
        name="admin_login",
    ),
    path("admin/", admin.site.urls),
    path("health/", health, name="health"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("language/", require_POST(set_language), name="set_language"),
]
