"""The language of a study's pages: the study's own, where it has one."""

from django.http import HttpRequest
from django.utils import translation

from annotation.models import Study


def use_language_of(study: Study, request: HttpRequest) -> None:
    """Answer this request in the study's language, whatever the switch says."""
    if study.language:
        translation.activate(study.language)
        # The header says so in place of the switch.
        request.fixed_language = study.language_name  # type: ignore[attr-defined]
