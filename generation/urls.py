"""URLs of the generation rounds; for admins alone."""

from django.urls import path

from generation.views import models, new_round, rounds

app_name = "generation"
_ROUND = "<uuid:round_id>/"

urlpatterns = [
    path("", rounds.round_list, name="rounds"),
    path("new/", new_round.round_new, name="new"),
    path("studies/<uuid:study_id>/", rounds.study_rounds, name="study_rounds"),
    path("models/", models.model_list, name="models"),
    path(_ROUND, rounds.round_detail, name="round"),
    path(f"{_ROUND}comments/", rounds.round_comments, name="comments"),
    path(f"{_ROUND}errors/", rounds.round_errors, name="errors"),
    path(f"{_ROUND}compare/", rounds.round_compare, name="compare"),
    path(f"{_ROUND}recipe.json", rounds.round_recipe, name="recipe"),
    path(f"{_ROUND}jobs/<int:job_id>/", rounds.round_job, name="job"),
    path(f"{_ROUND}pause/", rounds.round_pause, name="pause"),
    path(f"{_ROUND}resume/", rounds.round_resume, name="resume"),
    path(f"{_ROUND}cancel/", rounds.round_cancel, name="cancel"),
    path(f"{_ROUND}retry/", rounds.round_retry, name="retry"),
    path(f"{_ROUND}regenerate/", rounds.round_regenerate, name="regenerate"),
]
