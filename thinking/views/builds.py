"""The list of item builds, and one build: its report, its seal, its file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from pages.responses import see_other
from tasks.shortcuts import MOST_PCT
from thinking.access import build_or_404
from thinking.errors import BuildIsSealedError, SealNeedsReasonError
from thinking.forms import SealForm
from thinking.models import Build
from thinking.pages.builds import missing_reasons, rule_rows, tasks_with_items
from thinking.pages.labels import label_context
from thinking.selectors.builds import item_lines, listed_builds
from thinking.selectors.item_studies import item_studies_of
from thinking.selectors.runs import listed_runs
from thinking.services.builds import seal_build

BUILDS_A_PAGE = 50


@require_GET
@researcher_required
def build_list(request: SignedInRequest) -> HttpResponse:
    """Every build, newest first."""
    page = Paginator(listed_builds(), BUILDS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "thinking/builds.html", {"page": page})


@require_GET
@researcher_required
def build_detail(request: SignedInRequest, name: str) -> HttpResponse:
    """One build: what the videos yielded, and what is found without them."""
    return _page(request, build_or_404(name), SealForm())


@require_POST
@researcher_required
def build_seal(request: SignedInRequest, name: str) -> HttpResponse:
    """Fix the build for good."""
    build = build_or_404(name)
    form = SealForm(request.POST)
    if not form.is_valid():
        return _page(request, build, form, status=422)
    try:
        seal_build(build=build, reason=form.cleaned_data["reason"])
    except SealNeedsReasonError as error:
        form.add_error("reason", str(error))
        return _page(request, build, form, status=422)
    except BuildIsSealedError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Build sealed."))
    return see_other("thinking:build", build.name)


@require_GET
@download_for_researchers
def build_items(_request: SignedInRequest, name: str) -> HttpResponseBase:
    """The items as JSON Lines; their SHA-256 is the build's."""
    build = build_or_404(name)
    response = StreamingHttpResponse(
        item_lines(build), content_type="application/jsonl; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{build.name}.jsonl"'
    return response


def _page(
    request: SignedInRequest, build: Build, form: SealForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "build": build,
        "form": form,
        "runs": listed_runs(build),
        "item_studies": item_studies_of(build, request.user),
    }
    if build.labels:
        context |= label_context(build)
        template = "thinking/label_build.html"
    else:
        context |= {
            "tasks": tasks_with_items(build),
            "rules": rule_rows(build),
            "missing": missing_reasons(build),
            "limit_pct": MOST_PCT,
        }
        template = "thinking/build.html"
    return render(request, template, context, status=status)
