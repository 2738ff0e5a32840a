"""URLs of the corpus package."""

from django.urls import path

from corpus.views import api, imports, media, selections, tables, videos

app_name = "corpus"
urlpatterns = [
    path("media/<str:file_name>", media.media_file, name="media"),
    path("api/corpus/videos/", api.VideosView.as_view()),
    path("api/corpus/selections/", api.SelectionsView.as_view()),
    path("api/corpus/imports/", api.ImportsView.as_view()),
    path("api/corpus/imports/<uuid:public_id>/", api.ImportView.as_view()),
    path(
        "api/corpus/imports/<uuid:public_id>/restart/", api.ImportRestartView.as_view()
    ),
    path("api/corpus/imports/<uuid:public_id>/cancel/", api.ImportCancelView.as_view()),
    path("corpus/", videos.video_list, name="videos"),
    path("corpus/videos/<int:video_id>/", videos.video_detail, name="video"),
    path("corpus/imports/", imports.import_list, name="imports"),
    path("corpus/imports/upload/", imports.import_upload, name="import_upload"),
    path("corpus/imports/table/", tables.table_upload, name="table_upload"),
    path(
        "corpus/imports/table/<uuid:public_id>/",
        tables.table_columns,
        name="table_columns",
    ),
    path("corpus/imports/<uuid:public_id>/", imports.import_detail, name="import"),
    path(
        "corpus/imports/<uuid:public_id>/restart/",
        imports.import_restart,
        name="import_restart",
    ),
    path(
        "corpus/imports/<uuid:public_id>/cancel/",
        imports.import_cancel,
        name="import_cancel",
    ),
    path(
        "corpus/imports/<uuid:public_id>/errors/",
        imports.import_errors,
        name="import_errors",
    ),
    path("corpus/selection/", selections.selection_funnel, name="selection"),
    path("corpus/selection/save/", selections.selection_save, name="selection_save"),
]
