"""Messages to annotators: researchers write them, annotators mark them as read."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest, researcher_required
from annotation.errors import AnnotationError
from annotation.forms.people.messages import MessageForm
from annotation.models import Audience, Study, StudyMessage
from annotation.selectors.people.access import any_study_or_404
from annotation.selectors.people.messages import messages_of, recipients_of
from annotation.services.people.messages import (
    refuse_names,
    send_message,
    withdraw_message,
)
from annotation.views.studies.page import study_page
from pages.responses import see_other


@require_http_methods(["GET", "HEAD", "POST"])
@researcher_required
def study_messages(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """What was written; a new message is looked at once more before it is sent."""
    study = any_study_or_404(request.user, study_id)
    form = MessageForm(study, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, study, form)
    data = form.cleaned_data
    audience = Audience(data["audience"])
    try:
        if "send" in request.POST:
            sent = send_message(
                study=study,
                title=data["title"],
                text=data["text"],
                audience=audience,
                codes=data["codes"],
                actor=request.user,
            )
            return _sent(request, study, sent)
        refuse_names(study, f"{data['title']}\n{data['text']}")
    except AnnotationError as error:
        form.add_error(None, str(error))
        return _page(request, study, form)
    count = len(recipients_of(study, audience, data["codes"]))
    return _page(request, study, form, preview={**data, "count": count})


def _sent(request: SignedInRequest, study: Study, sent: StudyMessage) -> HttpResponse:
    count = sent.receipts.count()
    text = ngettext(
        "The message is sent to %(count)d annotator.",
        "The message is sent to %(count)d annotators.",
        count,
    )
    messages.success(request, text % {"count": count})
    return see_other("annotation:study_messages", study.public_id)


def _page(
    request: SignedInRequest,
    study: Study,
    form: MessageForm,
    *,
    preview: dict[str, object] | None = None,
) -> HttpResponse:
    context = {"form": form, "preview": preview, "written": messages_of(study)}
    status = 422 if form.errors else 200
    return study_page(request, study, "people/messages.html", context, status=status)


@require_POST
@researcher_required
def study_message_withdraw(
    request: SignedInRequest, study_id: UUID, message_id: UUID
) -> HttpResponse:
    """Show a message to nobody any more."""
    study = any_study_or_404(request.user, study_id)
    message = get_object_or_404(messages_of(study), public_id=message_id)
    withdraw_message(message=message, actor=request.user)
    messages.success(request, _("Withdrawn. Annotators no longer see the message."))
    return see_other("annotation:study_messages", study.public_id)
