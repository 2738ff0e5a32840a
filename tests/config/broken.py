"""An address book whose one page fails, beside the project's own."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import include, path

from config import urls

handler400 = urls.handler400
handler403 = urls.handler403
handler404 = urls.handler404
handler500 = urls.handler500


def broken(request: HttpRequest) -> NoReturn:  # noqa: ARG001
    msg = "the secret of the house"
    raise LookupError(msg)


urlpatterns = [
    path("broken/", broken),
    path("api/broken/", broken),
    path("", include("config.urls")),
]
