"""A way out of a study as a person sees it: the researchers' words, or the default."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from annotation.models import Study, WayOut, WayOutKind
from annotation.rules.studies.ways_out import EndReason


@dataclass(frozen=True, slots=True)
class ShownWayOut:
    """What the page of an ending says."""

    reason: EndReason
    # The researchers' own; empty for the default text.
    message: str
    # For the platform that sent the person; empty for none.
    code: str
    # Where the person returns to; empty for nowhere.
    address: str

    @property
    def is_completion(self) -> bool:
        """Whether the person did all that was asked of them."""
        return self.reason.kind == WayOutKind.COMPLETED

    @property
    def is_refusal(self) -> bool:
        """Whether the person did not agree, and still can."""
        return self.reason == EndReason.DECLINED

    @property
    def host(self) -> str:
        """The site to which the address leads."""
        return urlsplit(self.address).netloc


def ways_out_of(study: Study) -> dict[WayOutKind, WayOut]:
    """What the researchers set, by kind; a new row where they set nothing."""
    known = {way.kind: way for way in study.ways_out.all()}
    return {
        kind: known.get(kind) or WayOut(study=study, kind=kind) for kind in WayOutKind
    }


def shown_way_out(
    study: Study, reason: EndReason, personal_code: str = ""
) -> ShownWayOut:
    """What somebody is shown whose way ends for this reason.

    Args:
        study: the study that they came to.
        reason: why their way ends.
        personal_code: their own, for a study that gives each person one.
    """
    way = WayOut.objects.filter(study=study, kind=reason.kind).first()
    if way is None:
        return ShownWayOut(reason, "", "", "")
    code = way.code_for(personal_code)
    address = way.redirect_url.replace("{code}", quote(code, safe=""))
    return ShownWayOut(reason, way.message, code, address)
