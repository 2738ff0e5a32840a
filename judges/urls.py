"""URLs of judges that take a model, beneath the page of a study's judge."""

from django.urls import path

from judges.views import asking, encoding

app_name = "judges"
_JUDGE = "studies/<uuid:study>/judge/"
_RUN = f"{_JUDGE}runs/<uuid:run>/"

urlpatterns = [
    path(f"{_JUDGE}ask/", asking.judge_ask, name="ask"),
    path(f"{_JUDGE}encoder/", encoding.judge_encode, name="encode"),
    path(_RUN, asking.judge_run, name="run"),
    path(f"{_RUN}cancel/", asking.judge_run_cancel, name="run_cancel"),
    path(f"{_RUN}retry/", asking.judge_run_retry, name="run_retry"),
    path(f"{_RUN}fit/", asking.judge_run_fit, name="run_fit"),
]
