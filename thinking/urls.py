"""URLs of the thinking package."""

from django.urls import path

from thinking.views import builds

app_name = "thinking"
urlpatterns = [
    path("builds/", builds.build_list, name="builds"),
    path("builds/<str:name>/", builds.build_detail, name="build"),
    path("builds/<str:name>/seal/", builds.build_seal, name="build_seal"),
    path("builds/<str:name>/items.jsonl", builds.build_items, name="build_items"),
]
