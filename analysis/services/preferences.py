"""Preference data of studies: made once for each state of the data, kept."""

import io
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import transaction
from django.utils import timezone

from analysis.export.preference_folder import Folder, folder_of
from analysis.export.preference_readme import About
from analysis.models import (
    EvaluationOnly,
    PreferenceExport,
    PreferenceVideo,
    ReportState,
)
from analysis.preferences.counts import Counts
from analysis.preferences.kinds import Kind
from analysis.preferences.readings import readings_of
from analysis.preferences.splits import TEST_SHARE
from analysis.reporting.storing import from_plain, to_plain
from analysis.selectors.preferences import (
    allowed_judgments,
    benchmark_videos,
    comment_facts,
    recorded_versions,
)
from analysis.services.kept_work import take, told_if_it_fails, wait_again
from analysis.services.reports import state_of_data
from analysis.version import software_name
from annotation.models import Study
from corpus.comment_prompt import COMMENT_PROMPT
from corpus.models import Video

_CONTENT_VERSION = 2  # of the files; older ones are made again
# Of files in the zip, so that equal files make an equal zip.
_DATE = (2000, 1, 1, 0, 0, 0)


def request_preferences(
    *,
    study: Study,
    kind: Kind,
    seed: int = 0,
    test_share: float = TEST_SHARE,
    again: bool = False,
) -> tuple[PreferenceExport, bool]:
    """The export of the data as they are, and whether it must be made now."""
    parts = [
        *(_CONTENT_VERSION, state_of_data(study), kind.value, seed, test_share),
        *(recorded_versions(study), benchmark_videos(study)),
        EvaluationOnly.objects.filter(study=study).exists(),
    ]
    stored, is_new = PreferenceExport.objects.defer("pack").get_or_create(
        study=study,
        stamp=sha256(repr(parts).encode()).hexdigest(),
        defaults={"kind": kind.value, "seed": seed, "test_share": test_share},
    )
    if stored.is_lost or (again and stored.state == ReportState.FAILED):
        wait_again(stored=stored)
        is_new = True
    return stored, is_new


def make_preferences(*, stored_id: int) -> None:
    """Make an export that waits; one that is being made is left alone."""
    if not take(PreferenceExport, pk=stored_id):
        return
    export = PreferenceExport.objects.select_related("study").get(pk=stored_id)
    with told_if_it_fails(export):
        _make(export)


@transaction.atomic
def _make(export: PreferenceExport) -> None:
    study, kind = export.study, Kind(export.kind)
    judgments, left_out = allowed_judgments(study)
    readings = readings_of(judgments, comment_facts(study))
    about = About(
        study=study.title,
        key=study.key,
        consent=recorded_versions(study),
        is_simulated=study.is_simulated,
        software=software_name(),
        prompt=COMMENT_PROMPT,
        seed=export.seed,
        test_share=export.test_share,
    )
    made = folder_of(kind, readings, about, left_out)
    export.videos.all().delete()
    by_label = {
        video.label: video for video in Video.objects.filter(batches__study=study)
    }
    PreferenceVideo.objects.bulk_create(
        PreferenceVideo(export=export, video=by_label[label], split=split)
        for label, split in made.splits.items()
    )
    export.counts = to_plain(made.counts)
    export.pack = _zipped(f"{study.key}-{kind}", made)
    export.judgments_hash = made.judgments_hash
    export.preferences_hash = made.preferences_hash
    export.finished_at = timezone.now()
    export.state = ReportState.DONE
    export.save()


def _zipped(name: str, made: Folder) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for path, content in made.files.items():
            entry = ZipInfo(f"{name}/{path}", _DATE)
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, content)
    return file.getvalue()


def files_of(export: PreferenceExport) -> dict[str, bytes]:
    """The files of an export that is done, by name."""
    with ZipFile(io.BytesIO(bytes(export.pack or b""))) as packed:
        return {
            path.rpartition("/")[2]: packed.read(path) for path in packed.namelist()
        }


def counts_in(export: PreferenceExport) -> Counts:
    """The numbers of an export that is done."""
    return from_plain(Counts, export.counts)
