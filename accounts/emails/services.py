"""Ask for an address to be confirmed, and take it over once it is."""

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User


def is_confirmed(user: User) -> bool:
    """Whether the person has shown that mail to their address reaches them."""
    known = EmailAddress.objects.filter(user=user, verified=True)
    return bool(user.email) and bool(known.filter(email__iexact=user.email).exists())


def ask_to_confirm(*, user: User, email: str, request: HttpRequest) -> None:
    """Send a link to the address; nothing changes before it is used.

    Raises:
        ValidationError: the mail can't be sent.
    """
    address = _waiting_address(user, email)
    key = EmailConfirmationHMAC.create(address).key
    link = request.build_absolute_uri(reverse("accounts:email_confirm", args=[key]))
    context = {"name": user.get_username(), "link": link}
    text = render_to_string("accounts/emails/confirmation.txt", context)
    try:
        send_mail(_("MIMIC-Bench: confirm your e-mail address"), text, None, [email])
    except OSError as error:
        msg = _("The e-mail can't be sent at the moment. Try again later.")
        raise ValidationError(msg) from error


@transaction.atomic
def _waiting_address(user: User, email: str) -> EmailAddress:
    """The one address of the person that waits; an earlier one waits no longer."""
    waiting = EmailAddress.objects.filter(user=user, verified=False)
    waiting.exclude(email__iexact=email).delete()
    address, _is_new = EmailAddress.objects.get_or_create(
        user=user, email=email.lower()
    )
    return address


def waiting_for(user: User, key: str) -> EmailConfirmationHMAC | None:
    """What a link confirms; None for a link of another person, or one that ended.

    Only its owner can use it: else somebody's mailbox could be made to vouch for the
    account of who typed its address.
    """
    found = EmailConfirmationHMAC.from_key(key)
    if found is None or found.email_address.user_id != user.pk:
        return None
    return found


@transaction.atomic
def confirm(*, confirmation: EmailConfirmationHMAC, request: HttpRequest) -> bool:
    """Make the address the person's; False if it is another person's already."""
    return confirmation.confirm(request) is not None
