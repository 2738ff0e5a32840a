"""The error pages: one template, and what each says."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ErrorPage(NamedTuple):
    """What happened, and what to do next."""

    title: str | Promise
    text: str | Promise
    reasons: Sequence[str | Promise] = ()
    hint: str | Promise = ""


class Way(NamedTuple):
    """A way on, beside the one to the start page."""

    address: str
    label: str | Promise


def again(address: str) -> Way:
    """The way back to the page itself."""
    return Way(address, _("Open the page again"))


ERROR_PAGES: Final = {
    400: ErrorPage(
        _("This request can't be read"),
        _(
            "It is damaged, or it doesn't come from a page of this site. Nothing was "
            "changed. Go back, reload the page and try again."
        ),
    ),
    403: ErrorPage(
        _("Your account can't open this page"),
        _(
            "The page is for people with another role. Go to your start page, or sign "
            "out and sign in with another account."
        ),
    ),
    404: ErrorPage(
        _("Page not found"),
        _(
            "This address doesn't exist, or you don't have access to it. Go back, or "
            "go to your start page."
        ),
    ),
    405: ErrorPage(
        _("This page can't be opened directly"),
        _(
            "Only a form can use this address. Opening or reloading it changes "
            "nothing. Go to your start page."
        ),
    ),
    413: ErrorPage(
        _("Too much data at once"),
        _(
            "You sent more than the server accepts in one request, and nothing was "
            "saved. Go back and send less. Admins can import large files from a folder "
            "on the server."
        ),
    ),
    500: ErrorPage(
        _("Something went wrong"),
        _(
            "This is our fault, and the error has been logged. Answers marked as saved "
            "are safe. Try again in a moment."
        ),
    ),
    503: ErrorPage(
        _("Back in a moment"),
        _(
            "The database isn't responding; it may be restarting. Answers marked as "
            "saved are safe, and answers that aren't saved yet are kept in your "
            "browser. Try again in a minute."
        ),
    ),
}

# A 403 as well, but the way out is another one: the page itself, loaded again.
OUTDATED_FORM: Final = ErrorPage(
    _("This page has expired"),
    _(
        "It was opened before you last signed in, or cookies are turned off. Open the "
        "page again and repeat your last step. Nothing marked as saved is lost."
    ),
)


def error_page(
    status: int,
    request: HttpRequest | None = None,
    *,
    error: ErrorPage | None = None,
    way: Way | None = None,
) -> HttpResponse:
    """Render an error page.

    Without a request the page needs neither session nor database, and doesn't say
    who is signed in.
    """
    # An error page never repeats the address asked for; its language switch goes by
    # the browser's word for where it is.
    context = {
        "error": error or ERROR_PAGES[status],
        "way": way,
        "current_page": "",
    }
    return HttpResponse(render_to_string("error.html", context, request), status=status)
