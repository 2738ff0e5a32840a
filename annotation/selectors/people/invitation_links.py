"""Signed invitation links: without the secret key nobody can make one, or guess one."""

from urllib.parse import urljoin
from uuid import UUID

from django.core import signing
from django.urls import reverse

from annotation.models import Invitation, InvitationKind
from annotation.rules.people.platforms import platform_of

_SIGNER = signing.Signer(sep=".", salt="annotation.invitation")


def invitation_token(invitation: Invitation) -> str:
    """What stands in the link: the invitation's id, signed."""
    return _SIGNER.sign(invitation.public_id.hex)


def invitation_address(invitation: Invitation, root: str) -> str:
    """The link to copy; crowd platforms fill in, or add, their own ids.

    `root` is the address of the site's first page.
    """
    path = reverse("annotation:join", args=[invitation_token(invitation)])
    address = urljoin(root, path)
    if invitation.kind == InvitationKind.LINK:
        return address
    return address + platform_of(invitation.participant_parameter).query


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a token, with its study; None if the token is not ours."""
    try:
        public_id = UUID(hex=_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return (
        Invitation.objects.select_related("study").filter(public_id=public_id).first()
    )
