"""Reproduction bundles: asked for, made once for each state of the data, kept."""

from analysis.export.bundling import make_bundle
from analysis.export.heds.making import datasheet
from analysis.models import ReportState, StoredBundle, StoredReport
from analysis.selectors.registrations import preregistration_of
from analysis.services.kept_work import take, told_if_it_fails, wait_again
from analysis.services.reports import state_of_data, study_report
from annotation.models import Study


def current_bundle(study: Study, stamp: str = "") -> StoredBundle | None:
    """The bundle of the data as they are, if anybody asked for it.

    Args:
        study: Whose.
        stamp: Of the data, where it is known already.
    """
    stamp = stamp or state_of_data(study)
    return StoredBundle.objects.filter(study=study, stamp=stamp).first()


def request_bundle(study: Study) -> tuple[StoredBundle, bool]:
    """The bundle of the data as they are, and whether it must be made now.

    It must if nobody asked for it yet, if making it failed or its file is gone, or if
    whoever makes it has been silent for long.
    """
    bundle, is_new = StoredBundle.objects.get_or_create(
        study=study, stamp=state_of_data(study)
    )
    is_under_way = bundle.is_pending and not bundle.is_lost
    if is_new or is_under_way or bundle.is_done:
        return bundle, is_new
    bundle.phase = ""
    wait_again(stored=bundle)
    return bundle, True


def make_stored_bundle(bundle_id: int) -> None:
    """Make a bundle that waits; one that is being made is left alone."""
    if not take(StoredBundle, pk=bundle_id):
        return
    bundle = StoredBundle.objects.select_related("study").get(pk=bundle_id)

    def say(phase: str) -> None:
        StoredBundle.objects.filter(pk=bundle_id).update(phase=phase)

    with told_if_it_fails(bundle):
        bundle.path.parent.mkdir(parents=True, exist_ok=True)
        beside = texts_beside(bundle.study, bundle.stamp)
        make_bundle(bundle.study, bundle.path, say, beside=beside)
        bundle.state = ReportState.DONE
        bundle.save(update_fields=["state"])
    _forget_older(bundle)


def texts_beside(study: Study, stamp: str) -> dict[str, str]:
    """What a bundle holds that its judgments alone don't say: by name of the file."""
    kept = StoredReport.objects.filter(
        study=study, stamp=stamp, state=ReportState.DONE
    ).first()
    sheet = datasheet(study, kept.report if kept else study_report(study))
    texts = {"heds.json": sheet.upload(), "heds.md": sheet.to_do()}
    registered = preregistration_of(study)
    return texts | ({"preregistration.md": registered.text} if registered else {})


def _forget_older(bundle: StoredBundle) -> None:
    older = StoredBundle.objects.filter(
        study=bundle.study, requested_at__lt=bundle.requested_at
    ).exclude(state=ReportState.COMPUTING)
    for one in older:
        one.path.unlink(missing_ok=True)
        one.delete()
