"""Where the annotator's pages are, and where they lead."""

from django.test import Client

from annotation.models import Study


def url(study: Study, page: str = "") -> str:
    return f"/work/{study.public_id}/{page}"


def where(browser: Client, study: Study) -> str:
    """The page that the annotator is sent to when they want to work."""
    response = browser.get(url(study))
    return response["Location"] if response.status_code == 302 else "here"
