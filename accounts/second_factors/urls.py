"""Pages of the second factor; the names are those that django-allauth knows."""

from allauth.account.views import ReauthenticateView
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.urls import path, reverse_lazy

from accounts.http import researcher_required
from accounts.open_sessions.views import SecurityView
from accounts.second_factors.signing_in import CodeView
from accounts.views import SignInView

_FOLDER = "accounts/second_factors"

urlpatterns = [
    # allauth sends back to it.
    path(
        "login/",
        SignInView.as_view(
            template_name="accounts/login.html", redirect_authenticated_user=True
        ),
        name="account_login",
    ),
    path(
        "login/code/",
        CodeView.as_view(template_name=f"{_FOLDER}/code.html"),
        name="mfa_authenticate",
    ),
    path(
        "confirm/",
        researcher_required(
            ReauthenticateView.as_view(template_name=f"{_FOLDER}/confirm_password.html")
        ),
        name="account_reauthenticate",
    ),
    path(
        "confirm/code/",
        researcher_required(
            base.ReauthenticateView.as_view(
                template_name=f"{_FOLDER}/confirm_code.html"
            )
        ),
        name="mfa_reauthenticate",
    ),
    path(
        "confirm/key/",
        researcher_required(
            keys.ReauthenticateWebAuthnView.as_view(
                template_name=f"{_FOLDER}/confirm_key.html"
            )
        ),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "security/",
        researcher_required(
            SecurityView.as_view(template_name=f"{_FOLDER}/security.html")
        ),
        name="mfa_index",
    ),
    path(
        "security/app/",
        researcher_required(
            totp.ActivateTOTPView.as_view(template_name=f"{_FOLDER}/add_app.html")
        ),
        name="mfa_activate_totp",
    ),
    path(
        "security/app/remove/",
        researcher_required(
            totp.DeactivateTOTPView.as_view(template_name=f"{_FOLDER}/remove_app.html")
        ),
        name="mfa_deactivate_totp",
    ),
    path(
        "security/codes/",
        researcher_required(
            recovery.ViewRecoveryCodesView.as_view(
                template_name=f"{_FOLDER}/recovery_codes.html"
            )
        ),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/codes/new/",
        researcher_required(
            recovery.GenerateRecoveryCodesView.as_view(
                template_name=f"{_FOLDER}/new_recovery_codes.html"
            )
        ),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "security/keys/add/",
        researcher_required(
            keys.AddWebAuthnView.as_view(template_name=f"{_FOLDER}/add_key.html")
        ),
        name="mfa_add_webauthn",
    ),
    path(
        "security/keys/<int:pk>/remove/",
        researcher_required(
            keys.RemoveWebAuthnView.as_view(
                template_name=f"{_FOLDER}/remove_key.html",
                success_url=reverse_lazy("mfa_index"),
            )
        ),
        name="mfa_remove_webauthn",
    ),
]
