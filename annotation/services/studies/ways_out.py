"""Setting the ways out of a study."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from annotation.models import Study, WayOut
from annotation.services.studies.events import record_event

_SETTINGS = ("code", "has_personal_codes", "redirect_url", "message")


@transaction.atomic
def set_ways_out(
    *, study: Study, ways: Collection[WayOut], actor: User | None
) -> list[str]:
    """Store what the study's endings show; the kinds that are not given stay.

    Possible in every state: who comes back to a closed study is still shown an ending.
    The codes that people were given stay as they are.

    Args:
        study: the study.
        ways: rows, not saved yet; one without any setting stands for the default text.
        actor: who sets them.

    Returns:
        The kinds that changed.

    Raises:
        django.core.exceptions.ValidationError: a value is out of range.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    known = {way.kind: way for way in study.ways_out.all()}
    given = {way.kind: way for way in ways}
    changed = [kind for kind, way in given.items() if _set(known.get(kind), way, study)]
    if changed:
        record_event(
            study=study, actor=actor, action="ways out changed", kinds=sorted(changed)
        )
    return changed


def _set(stored: WayOut | None, way: WayOut, study: Study) -> bool:
    wanted = {name: getattr(way, name) for name in _SETTINGS}
    before = {name: getattr(stored or WayOut(), name) for name in _SETTINGS}
    if wanted == before:
        return False
    if stored is not None and not any(wanted.values()):
        stored.delete()
        return True
    row = stored or WayOut(study=study, kind=way.kind)
    for name, value in wanted.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return True
