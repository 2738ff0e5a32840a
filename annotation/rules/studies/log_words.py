"""The log's actions and details in words.

A study's log is stored in English, as the services write it; pages show it in the
reader's language. What is missing here is shown as it is stored.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Final[Mapping[str, Promise]] = {
    "annotator added": _("Annotator added"),
    "annotator excluded": _("Annotator excluded"),
    "annotator forgotten": _("Annotator forgotten"),
    "annotator included": _("Annotator included"),
    "annotator joined": _("Annotator joined"),
    "annotator left": _("Annotator left"),
    "assignment reopened": _("Batch reopened"),
    "attention checks changed": _("Attention checks changed"),
    "batches filled": _("Batches filled"),
    "closed": _("Closed"),
    "comment withdrawn": _("Comment withdrawn"),
    "comments checked": _("Comments checked"),
    "comments imported": _("Comments imported"),
    "comments shared": _("Comments shared"),
    "comments taken": _("Comments taken"),
    "copied": _("Copied"),
    "created": _("Created"),
    "document added": _("Document added"),
    "generation round cancelled": _("Generation round cancelled"),
    "generation round done": _("Generation round done"),
    "generation round started": _("Generation round started"),
    "invitation created": _("Invitation created"),
    "invitation revoked": _("Invitation revoked"),
    "judgments simulated": _("Judgments simulated"),
    "opened": _("Opened"),
    "password link created": _("Password link created"),
    "paused": _("Paused"),
    "payment list downloaded": _("Payment list downloaded"),
    "problem answered": _("Problem answered"),
    "problem reopened": _("Problem reopened"),
    "questions changed": _("Questions changed"),
    "researcher added": _("Researcher added"),
    "researcher removed": _("Researcher removed"),
    "resumed": _("Resumed"),
    "sealed": _("Sealed"),
    "settings changed": _("Settings changed"),
    "sources changed": _("Sources changed"),
    "stop rule set": _("Stop rule set"),
    "training changed": _("Training changed"),
    "video withdrawn": _("Video withdrawn"),
    "videos changed": _("Videos changed"),
    "ways out changed": _("Endings changed"),
}

DETAILS: Final[Mapping[str, Promise]] = {
    "added": _("added %(value)s"),
    "annotators": _("annotators %(value)s"),
    "batches": _("batches %(value)s"),
    "cap": _("cap %(value)s"),
    "code": _("code %(value)s"),
    "comments": _("comments %(value)s"),
    "eligibility_version": _("eligibility version %(value)s"),
    "failed": _("failed %(value)s"),
    "file": _("file %(value)s"),
    "half_width": _("half-width %(value)s"),
    "kind": _("kind %(value)s"),
    "label": _("label %(value)s"),
    "left_out": _("left out %(value)s"),
    "models": _("models %(value)s"),
    "new_sources": _("new sources %(value)s"),
    "number": _("number %(value)s"),
    "of": _("of %(value)s"),
    "reason": _("reason: %(value)s"),
    "refused": _("rejected %(value)s"),
    "removed": _("removed %(value)s"),
    "round": _("round %(value)s"),
    "rows": _("rows %(value)s"),
    "seed": _("seed %(value)s"),
    "sources": _("sources %(value)s"),
    "to": _("to %(value)s"),
    "total": _("total %(value)s"),
    "unchanged": _("already stored %(value)s"),
    "user": _("user %(value)s"),
    "version": _("version %(value)s"),
}
