"""People in Django's admin site."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from accounts.freshness import fresh_sign_in_required
from accounts.models import ApiToken, User
from accounts.roles import reasons_against_role

# Secrets of second factors are nobody's to read, and people's to change on their pages.
admin.site.unregister(Authenticator)
admin.site.unregister(EmailAddress)
# The provider is configured by the environment.
for _table in (SocialApp, SocialAccount, SocialToken):
    admin.site.unregister(_table)


class AccountForm(UserChangeForm):  # type: ignore[type-arg]
    """A person whose role fits what they do in studies."""

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if reasons := reasons_against_role(self.instance, role):
            raise ValidationError(reasons)
        return role


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    form = AccountForm
    list_display = ("username", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (_("Role"), {"fields": ("role", "is_simulated")}),
    )
    add_fieldsets = (*UserAdmin.add_fieldsets, (_("Role"), {"fields": ("role",)}))

    def get_urls(self) -> list[URLPattern]:
        """Django's own pages, each of which asks who is there before it changes."""
        entries = super().get_urls()
        for entry in entries:
            # The last one only leads on from an old address.
            if isinstance(entry, URLPattern):
                entry.callback = fresh_sign_in_required(entry.callback)
        return entries


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whose tokens there are, to end them; not even the hashes are shown."""

    list_display = ("name", "user", "scope", "created", "expiry")
    list_filter = ("scope",)
    list_select_related = ("user",)
    fields = ("name", "user", "scope", "created", "expiry")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False
