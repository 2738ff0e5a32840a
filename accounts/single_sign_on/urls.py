"""Addresses of single sign-on; the names are those that django-allauth knows."""

from django.urls import path

from accounts.single_sign_on import views

urlpatterns = [
    path("<str:provider_id>/login/", views.begin, name="openid_connect_login"),
    path(
        "<str:provider_id>/login/callback/",
        views.callback,
        name="openid_connect_callback",
    ),
    path("confirm/", views.confirm, name="sso_confirm"),
    path("disconnect/", views.sso_disconnect, name="sso_disconnect"),
]
