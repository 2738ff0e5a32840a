"""URLs of the annotation package."""

from django.urls import include, path

from annotation.views import annotator, home, judging, researcher_work

_WORK = "work/<uuid:study_id>/"
_ANNOTATOR = "studies/<uuid:study_id>/people/<str:code>/"
_JUDGE = "judge/<uuid:assignment_id>/"

# What annotators may open; everything else answers them with 403 or 404.
annotator_urls = [
    path(_WORK, annotator.work, name="work"),
    path(f"{_WORK}consent/", annotator.consent, name="consent"),
    path(f"{_WORK}guidelines/", annotator.guidelines, name="guidelines"),
    path(f"{_WORK}comprehension/", annotator.comprehension, name="comprehension"),
    path(f"{_WORK}training/", annotator.training, name="training"),
    path(f"{_WORK}next/", annotator.next_batch, name="next_batch"),
    path(f"{_WORK}done/", annotator.done, name="done"),
    path(f"{_WORK}leave/", annotator.leave, name="leave"),
    path(_JUDGE, judging.judge, name="judge"),
    path(f"{_JUDGE}answers/", judging.answers, name="answers"),
    path(f"{_JUDGE}submit/", judging.submit, name="submit"),
    path(f"{_JUDGE}playback/", judging.playback, name="playback"),
    path(f"{_JUDGE}pause/", judging.pause, name="pause"),
    path(f"{_JUDGE}tour/", judging.tour, name="tour"),
    path(f"{_JUDGE}saved/", judging.saved, name="saved"),
]

urlpatterns = [
    path("", home.home, name="home"),
    *annotator_urls,
    path("", include("annotation.urls_studies")),
    path(_ANNOTATOR, researcher_work.study_annotator, name="study_annotator"),
    path(
        f"{_ANNOTATOR}<int:number>/reopen/",
        researcher_work.study_reopen,
        name="study_reopen",
    ),
]
