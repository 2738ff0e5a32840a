"""URLs of the operations package; `/metrics` is in config/urls.py."""

from django.urls import path

from operations import views

app_name = "operations"
urlpatterns = [path("", views.overview, name="overview")]
