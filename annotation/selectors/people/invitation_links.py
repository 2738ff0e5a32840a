"""Signed invitation links: without the secret key nobody can make one, or guess one."""

from uuid import UUID

from django.core import signing

from annotation.models import Invitation

_SIGNER = signing.Signer(sep=".", salt="annotation.invitation")


def invitation_token(invitation: Invitation) -> str:
    """What stands in the link: the invitation's id, signed."""
    return _SIGNER.sign(invitation.public_id.hex)


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a token, with its study; None if the token is not ours."""
    try:
        public_id = UUID(hex=_SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return (
        Invitation.objects.select_related("study").filter(public_id=public_id).first()
    )
