"""All that an annotator's client can measure of each comment, text included."""

import html
import json
import random
import re
import uuid
from dataclasses import dataclass

import numpy as np

from annotation.models import Presentation, Study
from corpus.surface import surface_of
from tests.blindness.recording import Exchange, Recorder
from tests.blindness.telling import Floats

_ROW = re.compile(r'<fieldset class="comment".*?</fieldset>', re.DOTALL)
_TEXT = re.compile(r'<p class="text"[^>]*>(.*?)</p>', re.DOTALL)
_FRAGMENT = re.compile(
    r'<output class="state"\s+id="state-(\d+)".*?</output>', re.DOTALL
)
_OWN_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)


@dataclass(frozen=True)
class Judged:
    """One batch as it reached an annotator.

    Attributes:
        table: (comments, features).
        is_human: The hidden truth, by position; False for an attention check.
        is_check: Likewise.
        skeletons: Every answer of the server without texts, ids and numbers, by kind.
        repeats: It was there before.
    """

    table: Floats
    is_human: list[bool]
    is_check: list[bool]
    skeletons: dict[str, str]
    repeats: bool


def judge_and_measure(
    recorder: Recorder, study: Study, count: int, chance: random.Random
) -> list[Judged]:
    """Judge `count` batches to the end, in every way that the page has."""
    place = recorder.post(f"/work/{study.public_id}/next/").location
    found = []
    for number in range(1, count + 1):
        found.append(_judge(recorder, study, place, number, chance))
        place = found[-1][1]
    return [judged for judged, _ in found]


def _judge(
    recorder: Recorder, study: Study, place: str, number: int, chance: random.Random
) -> tuple[Judged, str]:
    page = recorder.get(place)
    rows = _ROW.findall(page.text)
    order = chance.sample(range(1, len(rows) + 1), len(rows))
    # What is given within a second travels together; half of the answers go alone.
    alone, together = order[: len(order) // 2], order[len(order) // 2 :]
    unfinished = recorder.post(f"{place}submit/", {"shown_at": 0})
    assert unfinished.status == 422, unfinished
    singles = {
        position: recorder.post(f"{place}answers/", _answer([position], chance))
        for position in alone
    }
    plain = recorder.post(f"{place}answers/", _answer(together[1:], chance))
    outbox = recorder.post(
        f"{place}answers/", _answer(together, chance), Accept="application/json"
    )
    recorder.get(f"{place}problem/")
    saved = recorder.get(f"{place}saved/")
    recorder.post(f"{place}playback/", {"seconds": 3, "percent": 100})
    submitted = recorder.post(f"{place}submit/")
    assert submitted.status == 303, submitted
    own = recorder.get(f"/work/{study.public_id}/submitted/{number}/")
    kinds = {
        "page": page, "unfinished": unfinished, "plain": plain, "outbox": outbox,
        "saved": saved, "submitted": submitted, "own": own,
    }  # fmt: skip
    kinds["single"] = singles[alone[0]]
    truth = [*_truth(place.split("/")[2])]
    return (
        Judged(
            _table(kinds, singles, order),
            [origin == "human" for origin, _ in truth],
            [origin is None for origin, _ in truth],
            {kind: skeleton(exchange) for kind, exchange in kinds.items()},
            truth[0][1],
        ),
        submitted.location,
    )


def _answer(positions: list[int], chance: random.Random) -> dict[str, list[object]]:
    """Answers as the page posts them; they never depend on the comment."""
    return {
        "position": [*positions],
        "verdict": [chance.choice(["human", "ai"]) for _ in positions],
        "score": [chance.randrange(6) for _ in positions],
        "key": [uuid.uuid4() for _ in positions],
        "age_ms": [0 for _ in positions],
        "view_ms": [1500 for _ in positions],
    }


def _truth(assignment: str) -> "list[tuple[str | None, bool]]":
    """Of each position: the origin (None for a check), and whether it is a repeat."""
    shown = Presentation.objects.filter(assignment__public_id=assignment)
    return [
        (origin, repeated is not None)
        for origin, repeated in shown.order_by("position").values_list(
            "batch_comment__source__origin", "assignment__repeat_of"
        )
    ]


def _table(
    kinds: dict[str, Exchange], singles: dict[int, Exchange], order: list[int]
) -> Floats:
    page, saved = kinds["page"].text, kinds["saved"]
    texts = [html.unescape(text) for text in _TEXT.findall(page)]
    rows = [*_ROW.finditer(page)]
    again = [*_ROW.finditer(kinds["unfinished"].text)]
    own = [*_OWN_ROW.finditer(kinds["own"].text.split("<tbody>")[1])]
    answers = json.loads(saved.text)["answers"]
    acknowledged = [*json.loads(kinds["outbox"].text)["saved"]]
    fragments = {int(m[1]): m for m in _FRAGMENT.finditer(kinds["plain"].text)}
    assert len(texts) == len(rows) == len(again) == len(own) == len(answers)
    assert len(fragments) + len(singles) + 1 == len(rows)
    assert len(acknowledged) + len(singles) == len(rows)
    surface, listed = surface_of(texts), [*answers]
    measured = []
    for position, text in enumerate(texts, 1):
        place = position - 1
        alone, fragment = singles.get(position), fragments.get(position)
        measured.append(
            [
                position, position % 2, order.index(position),
                rows[place].start(), len(rows[place][0]), rows[place][0].count("="),
                again[place].start() - rows[place].start(), len(again[place][0]),
                own[place].start(), len(own[place][0]),
                len(text), len(text.encode()), len(html.escape(text)),
                text.count(" "), text.count("  "), sum(map(str.isspace, text)),
                sum(not c.isascii() for c in text), sum(map(str.isupper, text)),
                sum(not c.isalnum() for c in text),
                listed.index(str(position)), len(json.dumps(answers[str(position)])),
                len(alone.body) if alone else -1,
                sum(len(n) + len(v) for n, v in alone.headers) if alone else -1,
                alone.seconds if alone else -1,
                fragment.start() if fragment else -1,
                len(fragment[0]) if fragment else -1,
                *surface[place],
            ]
        )  # fmt: skip
    return np.array(measured, dtype=np.float64)


def skeleton(exchange: Exchange) -> str:
    """An answer of the server without texts of comments, ids, numbers and clocks."""
    headers = sorted(f"{n}: {v}" for n, v in exchange.headers)
    whole = "\n".join([str(exchange.status), *headers, "", exchange.text])
    whole = re.sub(r'(<p class="text"[^>]*>).*?</p>', r"\1</p>", whole, flags=re.DOTALL)
    whole = re.sub(r'(<td dir="auto">).*?</td>', r"\1</td>", whole, flags=re.DOTALL)
    whole = re.sub(r"\b[0-9A-Za-z]{64}\b", "TOKEN", whole)
    whole = re.sub(r"(?i)\b[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\b", "ID", whole)
    whole = re.sub(r"\b(Human|AI|human|ai)\b", "VERDICT", whole)
    whole = re.sub(r"( checked)?(?=[>\s])", "", whole)
    return re.sub(r"\d+", "N", re.sub(r"\s+", " ", whole))
