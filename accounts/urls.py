"""Signing in and out, the password, the API token."""

from django.contrib.auth import views as auth
from django.urls import path, reverse_lazy

from accounts import password_views, people_views, views
from accounts.emails import views as email_views
from accounts.forms import NewPasswordForm
from accounts.open_sessions import views as session_views

app_name = "accounts"
urlpatterns = [
    path(
        "login/",
        views.SignInView.as_view(
            template_name="accounts/login.html", redirect_authenticated_user=True
        ),
        name="login",
    ),
    path("logout/", views.SignOutView.as_view(), name="logout"),
    path(
        "password/",
        password_views.ChangePasswordView.as_view(
            form_class=NewPasswordForm,
            template_name="accounts/password.html",
            success_url=reverse_lazy("accounts:password_done"),
        ),
        name="password",
    ),
    path(
        "password/done/",
        auth.PasswordChangeDoneView.as_view(
            template_name="accounts/password_done.html"
        ),
        name="password_done",
    ),
    path(
        "password/reset/",
        password_views.ResetRequestView.as_view(),
        name="password_reset",
    ),
    path(
        "password/reset/sent/",
        auth.PasswordResetDoneView.as_view(
            template_name="accounts/password_reset_sent.html"
        ),
        name="password_reset_sent",
    ),
    path(
        "password/set/<uidb64>/<token>/",
        password_views.SetPasswordView.as_view(),
        name="password_set",
    ),
    path(
        "password/set/done/",
        auth.PasswordResetCompleteView.as_view(
            template_name="accounts/password_set_done.html"
        ),
        name="password_set_done",
    ),
    path("password/link/", password_views.link, name="password_link"),
    path("email/", email_views.email, name="email"),
    path("email/<str:key>/", email_views.email_confirm, name="email_confirm"),
    path("people/", people_views.people, name="people"),
    path("people/<str:username>/role/", people_views.person_role, name="person_role"),
    path(
        "people/<str:username>/active/",
        people_views.person_active,
        name="person_active",
    ),
    path(
        "people/<str:username>/second-factor/",
        people_views.person_second_factor,
        name="person_second_factor",
    ),
    path(
        "security/sessions/<int:session_id>/end/",
        session_views.session_end,
        name="session_end",
    ),
    path(
        "security/sessions/end/",
        session_views.sessions_end_others,
        name="sessions_end_others",
    ),
    path("uploads/", views.uploads, name="uploads"),
    path("token/", views.token, name="token"),
    path("token/make/", views.token_make, name="token_make"),
    path("token/<uuid:token_id>/revoke/", views.token_revoke, name="token_revoke"),
]
