"""Compare what is stored with what annotators were told, both ways."""

from collections import Counter
from collections.abc import Iterator

from django.db import connection

from benchmarks.soak.annotators import Ledger

_KEYS = """
SELECT key::text FROM annotation_judgment
UNION ALL SELECT key::text FROM annotation_judgmentrevision
"""
_NEWEST = """
SELECT a.public_id::text, p.position, j.verdict, j.realism_score
FROM annotation_judgment j
JOIN annotation_presentation p ON p.id = j.presentation_id
JOIN annotation_assignment a ON a.id = p.assignment_id
"""
_SUBMITTED = """
SELECT public_id::text FROM annotation_assignment WHERE state = 'submitted'
"""
_ORDERS = """
SELECT a.public_id::text, string_agg(p.position || ':' || coalesce(
    p.batch_comment_id, -p.attention_check_id), ',' ORDER BY p.position)
FROM annotation_presentation p JOIN annotation_assignment a ON a.id = p.assignment_id
GROUP BY a.id
"""
_SHOWN = 3


class Audit:
    """What was found the last time, to compare orders with."""

    def __init__(self, study_id: int) -> None:
        self._study_id = study_id
        self._orders: dict[str, str] = {}

    def findings(self, ledger: Ledger) -> list[str]:
        """What is wrong, while nothing is on its way; nothing if all is well."""
        connection.close()  # the server may have been another since
        try:
            return [*self._answers(ledger), *self._orders_kept(), *self._rules()]
        finally:
            connection.close()

    def _answers(self, ledger: Ledger) -> Iterator[str]:
        counts = Counter(key for (key,) in self._ask(_KEYS))
        yield from _shown(
            "acknowledged and not stored", ledger.acknowledged - {*counts}
        )
        yield from _shown("stored, not acknowledged", {*counts} - ledger.acknowledged)
        doubled = {key for key, count in counts.items() if count > 1}
        yield from _shown("stored twice", doubled)
        stored = {
            (a, n): (verdict, score) for a, n, verdict, score in self._ask(_NEWEST)
        }
        known = {
            place: (one.verdict, one.score) for place, one in ledger.newest.items()
        }
        other = {
            f"{place[0]}/{place[1]}"
            for place in stored.keys() | known.keys()
            if stored.get(place) != known.get(place)
        }
        yield from _shown("another answer than the newest", other)
        submitted = {key for (key,) in self._ask(_SUBMITTED)}
        yield from _shown("submission lost", ledger.submitted - submitted)
        yield from _shown("submitted, not acknowledged", submitted - ledger.submitted)

    def _orders_kept(self) -> Iterator[str]:
        orders = dict(self._ask(_ORDERS))
        changed = {
            key for key, order in self._orders.items() if orders.get(key) != order
        }
        self._orders = orders
        yield from _shown("another order than before", changed)

    def _rules(self) -> Iterator[str]:
        """What check_integrity looks at: redundancy, places, leases, seeds, hashes."""
        from annotation.models import Study
        from annotation.selectors.studies.integrity import (
            broken_references,
            broken_rules,
        )

        study = Study.objects.get(pk=self._study_id)
        found: dict[str, set[str]] = {}
        for finding in (*broken_rules(study), *broken_references()):
            found.setdefault(finding.rule.key, set()).add(finding.subject)
        for key, subjects in found.items():
            yield from _shown(key, subjects)

    def _ask(self, query: str) -> list[tuple]:  # type: ignore[type-arg]
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())


def _shown(what: str, things: set[str]) -> Iterator[str]:
    if things:
        yield f"{what}: {len(things)} ({', '.join(sorted(things)[:_SHOWN])})"
