"""URLs of the generation rounds in the REST API."""

from django.urls import path

from generation.views import api

_ROUND = "rounds/<uuid:round_id>/"

urlpatterns = [
    path("models/", api.ModelsView.as_view()),
    path("studies/<uuid:study>/rounds/", api.StudyRoundsView.as_view()),
    path(_ROUND, api.RoundView.as_view()),
    path(f"{_ROUND}pause/", api.RoundPauseView.as_view()),
    path(f"{_ROUND}resume/", api.RoundResumeView.as_view()),
    path(f"{_ROUND}cancel/", api.RoundCancelView.as_view()),
    path(f"{_ROUND}retry/", api.RoundRetryView.as_view()),
    path(f"{_ROUND}regenerate/", api.RoundRegenerateView.as_view()),
]
