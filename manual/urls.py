"""URLs of the help pages."""

from django.urls import path

from manual import views

app_name = "manual"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("images/<str:name>", views.picture, name="picture"),
    path("<slug:name>/", views.page, name="page"),
]
