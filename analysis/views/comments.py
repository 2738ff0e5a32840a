"""The page of the judged comments, filtered."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest, researcher_required
from analysis.pages.comment_filter import CommentFilter
from analysis.pages.evidence import COMMENTS_A_PAGE, judged_lines
from analysis.selectors.studies import newest_report
from analysis.views.requests import report_now
from annotation.selectors.people.access import study_or_404


@require_safe
@researcher_required
def comments_view(request: SignedInRequest, study: UUID) -> HttpResponseBase:
    """The judged comments, filtered; a filter that changes swaps the list alone."""
    shown_study = study_or_404(request.user, study)
    current = report_now(shown_study)
    shown = current if current.is_done else newest_report(shown_study)
    context: dict[str, object] = {
        "study": shown_study,
        "current": current,
    }
    if shown is not None:
        chosen = CommentFilter(request.GET.dict(), shown)
        rows = chosen.rows().select_related("comment__video", "source")
        page = Paginator(rows, COMMENTS_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "filter": chosen,
            "page": page,
            "lines": judged_lines(shown_study, page.object_list),
        }
    fragment = request.htmx and shown is not None
    template = "_judged_comments.html" if fragment else "comments.html"
    return render(request, f"analysis/{template}", context)
