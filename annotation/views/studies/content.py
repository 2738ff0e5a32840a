"""Researchers' pages: the videos, sources, texts and preparation of a study."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.studies.documents import DocumentForm
from annotation.forms.studies.settings import SourcesForm
from annotation.forms.studies.taking import TakeCommentsForm
from annotation.forms.studies.videos import PickedVideosForm, VideosForm
from annotation.models import DocumentKind, Study
from annotation.rules.studies.markdown import render_markdown
from annotation.rules.studies.wording import filled
from annotation.selectors.people.access import (
    any_study_or_404,
    studies_visible_to,
    study_or_404,
)
from annotation.selectors.studies.sources import offered_sources
from annotation.selectors.studies.videos import coverage_of, videos_to_add
from annotation.services.studies.batches import choose_sources, choose_videos
from annotation.services.studies.documents import add_document
from annotation.services.studies.pools import take_comments
from annotation.views.studies.page import refused, study_page
from pages.responses import see_other

_VIDEO_PAGE_SIZE = 50
_REMOVED = "removed_videos"


# --- Videos -------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_videos(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The study's videos; a selection or a list adds to them."""
    study = study_or_404(request.user, study_id)
    form = VideosForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _change_videos(request, study, add=form.video_ids)
    return _videos_page(request, study, form)


@require_POST
@researcher_required
def study_videos_add(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Add the videos ticked among those that were searched for."""
    study = study_or_404(request.user, study_id)
    picked = PickedVideosForm(request.POST)
    if not picked.is_valid():
        return _videos_page(request, study, VideosForm(), picked=picked)
    return _change_videos(request, study, add=picked.video_ids)


@require_POST
@researcher_required
def study_videos_remove(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Take the ticked videos out of the study."""
    study = study_or_404(request.user, study_id)
    picked = PickedVideosForm(request.POST)
    if not picked.is_valid():
        return _videos_page(request, study, VideosForm(), picked=picked)
    return _change_videos(request, study, remove=picked.video_ids)


def _change_videos(
    request: SignedInRequest,
    study: Study,
    *,
    add: list[int] | None = None,
    remove: list[int] | None = None,
) -> HttpResponse:
    before = study.batches.count()
    try:
        choose_videos(
            study=study, actor=request.user, add=add or (), remove=remove or ()
        )
    except AnnotationError as error:
        return refused(request, study, error)
    after = study.batches.count()
    messages.success(request, _change_in_words(before, after, is_removal=bool(remove)))
    # Of the last removal alone: the page offers to take it back once.
    if remove:
        request.session[_REMOVED] = [str(study.public_id), remove]
    return see_other("annotation:study_videos", study.public_id)


def _change_in_words(before: int, after: int, *, is_removal: bool) -> str:
    if is_removal:
        text = ngettext(
            "%(count)d video removed. Videos in the study: %(total)d.",
            "%(count)d videos removed. Videos in the study: %(total)d.",
            before - after,
        )
    else:
        text = ngettext(
            "%(count)d video added. Videos in the study: %(total)d.",
            "%(count)d videos added. Videos in the study: %(total)d.",
            after - before,
        )
    return text % {"count": abs(after - before), "total": after}


def _videos_page(
    request: SignedInRequest,
    study: Study,
    form: VideosForm,
    *,
    picked: PickedVideosForm | None = None,
) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    batches = study.batches.select_related("video__media").order_by("pk")
    page = Paginator(batches, _VIDEO_PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "picked": picked,
        "words": words,
        "found": videos_to_add(study, words=words) if words else None,
        "page": page,
        "videos": [batch.video for batch in page],
        "batches": page,
    }
    removed_from, removed = request.session.pop(_REMOVED, ("", []))
    if study.is_draft and removed_from == str(study.public_id):
        context["removed"] = removed
    is_wrong = form.errors or (picked is not None and picked.errors)
    return study_page(
        request, study, "studies/videos.html", context, status=422 if is_wrong else 200
    )


# --- Sources ------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_sources(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """The AI sources that the study tests, with how much of their part is there."""
    study = study_or_404(request.user, study_id)
    offered = offered_sources(study)
    form = SourcesForm(
        request.POST if request.method == "POST" else None,
        offered=offered,
        selected=[source.key for source in study.sources.all()],
    )
    if form.is_valid():
        try:
            choose_sources(
                study=study,
                sources=form.chosen,
                actor=request.user,
            )
        except AnnotationError as error:
            return refused(request, study, error)
        count = study.sources.count()
        text = ngettext(
            "The study tests %(count)d source.",
            "The study tests %(count)d sources.",
            count,
        )
        messages.success(request, text % {"count": count})
        return see_other("annotation:study_sources", study.public_id)
    chosen = {str(key) for key in form["sources"].value() or ()}
    coverage = coverage_of(study)
    context = {
        "form": form,
        "video_count": study.batches.count(),
        "rows": [
            (source, source.key in chosen, coverage.get(source.pk, 0))
            for source in offered
        ],
        "taking": TakeCommentsForm(studies=_other_studies(request, study)),
    }
    return study_page(
        request,
        study,
        "studies/sources.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
@researcher_required
def study_take_comments(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Let the draft take the comments of another study of the person's."""
    study = study_or_404(request.user, study_id)
    form = TakeCommentsForm(request.POST, studies=_other_studies(request, study))
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["study"])))
        return see_other("annotation:study_sources", study.public_id)
    origin = form.cleaned_data["study"]
    try:
        added = take_comments(study=study, origin=origin, actor=request.user)
    except AnnotationError as error:
        return refused(request, study, error)
    text = ngettext(
        "%(count)d comment of %(study)s can be used now. Choose its source, then fill "
        "the batches on the Readiness page.",
        "%(count)d comments of %(study)s can be used now. Choose their sources, then "
        "fill the batches on the Readiness page.",
        added,
    )
    messages.success(request, text % {"count": added, "study": origin.title})
    return see_other("annotation:study_sources", study.public_id)


def _other_studies(request: SignedInRequest, study: Study) -> QuerySet[Study]:
    return studies_visible_to(request.user).exclude(pk=study.pk)


# --- Texts --------------------------------------------------------------------------


def _html(study: Study, text: str) -> SafeString:
    """The text as the study's annotators read it."""
    return render_markdown(filled(text, study.instrument))


@require_safe
@researcher_required
def study_texts(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Guidelines and consent as annotators read them, with their versions."""
    study = any_study_or_404(request.user, study_id)
    versions = {kind: [*study.documents.filter(kind=kind)] for kind in DocumentKind}
    texts = [
        (kind, _html(study, documents[0].text) if documents else "", documents)
        for kind, documents in versions.items()
    ]
    return study_page(request, study, "studies/texts.html", {"texts": texts})


@require_safe
@researcher_required
def study_text_version(
    request: SignedInRequest, study_id: UUID, kind: str, version: int
) -> HttpResponse:
    """One version of a text."""
    study = any_study_or_404(request.user, study_id)
    document = get_object_or_404(study.documents, kind=kind, version=version)
    context = {"document": document, "html": _html(study, document.text)}
    return study_page(request, study, "studies/text_version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_text_edit(
    request: SignedInRequest, study_id: UUID, kind: str
) -> HttpResponse:
    """Write a new version of a text."""
    study = any_study_or_404(request.user, study_id)
    if kind not in DocumentKind.values:
        raise Http404
    newest = study.documents.filter(kind=kind).first()
    text = newest.text if newest else ""
    form = DocumentForm(
        request.POST if request.method == "POST" else None, initial={"text": text}
    )
    if form.is_valid():
        try:
            document = add_document(
                study=study,
                kind=DocumentKind(kind),
                text=form.cleaned_data["text"],
                actor=request.user,
            )
        except AnnotationError as error:
            return refused(request, study, error)
        messages.success(
            request, _("Saved. Annotators now see %(text)s.") % {"text": document}
        )
        return see_other("annotation:study_texts", study.public_id)
    context = {
        "form": form,
        "kind": DocumentKind(kind),
        "html": _html(study, form["text"].value()),
    }
    return study_page(
        request,
        study,
        "studies/text_edit.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
@researcher_required
def study_text_preview(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """What the Markdown looks like; nothing is stored."""
    study = any_study_or_404(request.user, study_id)
    context = {"html": _html(study, request.POST.get("text", ""))}
    return study_page(request, study, "studies/_preview.html", context)
