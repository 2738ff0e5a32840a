"""The documentation for those who run studies."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, researcher_required
from manual.books import SHELVES, page_called, picture_called


@require_safe
@researcher_required
def contents(request: SignedInRequest) -> HttpResponse:
    """Every page, by purpose."""
    shelves = [
        (shelf, [page for name in shelf.pages if (page := page_called(name))])
        for shelf in SHELVES
    ]
    return render(request, "manual/contents.html", {"shelves": shelves})


@require_safe
@researcher_required
def page(request: SignedInRequest, name: str) -> HttpResponse:
    """One page."""
    found = page_called(name)
    if found is None:
        raise Http404
    return render(request, "manual/page.html", {"page": found})


@require_safe
@researcher_required
def picture(request: SignedInRequest, name: str) -> FileResponse:  # noqa: ARG001
    """A picture of a page."""
    path = picture_called(name)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")
