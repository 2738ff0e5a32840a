"""A study's preregistration: say what is planned, look at it, fix it, take it away."""

import json
from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from analysis.errors import AnalysisError
from analysis.export.text_page import text_page
from analysis.models import Preregistration
from analysis.pages.localising import error_text
from analysis.pages.registration import RegistrationForm
from analysis.reporting.registration import Plan, aspredicted, document, osf_fields
from analysis.reporting.storing import from_plain
from analysis.selectors.registrations import preregistration_of
from analysis.services.registrations import plan_of, register
from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.rules.studies.markdown import render_markdown
from annotation.selectors.people.access import study_or_404
from pages.errors import ErrorPage, again, error_page
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def registration(request: SignedInRequest, study: UUID) -> HttpResponse:
    """The form and its preview; once registered, the document."""
    shown = study_or_404(request.user, study)
    stored = preregistration_of(shown)
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"study": shown, "stored": stored, "form": form}
    if stored is not None:
        context["text"] = render_markdown(stored.text)
    elif form.is_valid():
        try:
            if "register" in request.POST:
                return _registered(request, shown, form)
            context["preview"] = render_markdown(document(plan_of(shown, form.words)))
        except AnalysisError as error:
            form.add_error("rates", error_text(error))
    status = 422 if form.errors else 200
    return render(request, "analysis/registration.html", context, status=status)


def _registered(
    request: SignedInRequest, study: Study, form: RegistrationForm
) -> HttpResponse:
    try:
        register(study=study, words=form.words, actor=request.user)
    except AnnotationError as error:
        told = ErrorPage(_("Nothing was changed"), str(error))
        way = again(resolve_url("analysis:registration", study.public_id))
        return error_page(409, request, error=told, way=way)
    messages.success(request, _("The plan is registered. It can't change any more."))
    return see_other("analysis:registration", study.public_id)


def _osf(stored: Preregistration, plan: Plan) -> bytes:
    content = {
        "form": "OSF Preregistration",
        "registered_at": stored.registered_at.isoformat(),
        "document_sha256": stored.sha256,
        "responses": osf_fields(plan),
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _pdf(stored: Preregistration, _plan: Plan) -> bytes:
    time = f"{stored.registered_at:%Y-%m-%d %H:%M} UTC"
    return text_page(f"{stored.text}\nRegistered {time}. SHA-256: {stored.sha256}")


_Made = Callable[[Preregistration, Plan], bytes]
REGISTRATION_FILES: Mapping[str, tuple[str, str, _Made]] = {
    "md": (".md", "text/markdown; charset=utf-8", lambda s, _: s.text.encode()),
    "pdf": (".pdf", "application/pdf", _pdf),
    "aspredicted": (
        "-aspredicted.txt",
        "text/plain; charset=utf-8",
        lambda _, plan: aspredicted(plan).encode(),
    ),
    "osf": ("-osf.json", "application/json", _osf),
}


@require_safe
@download_for_researchers
def registration_file(
    request: SignedInRequest, study: UUID, style: str
) -> HttpResponseBase:
    """The document, or its answers for the forms of AsPredicted and OSF."""
    shown = study_or_404(request.user, study)
    stored = preregistration_of(shown)
    if stored is None or style not in REGISTRATION_FILES:
        raise Http404
    suffix, content_type, made = REGISTRATION_FILES[style]
    name = f"{shown.key}-preregistration{suffix}"
    return HttpResponse(
        made(stored, from_plain(Plan, stored.plan)),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
