"""An annotator's way through whole batches, and what each comment looked like."""

import random
import re
import uuid
from dataclasses import dataclass

from annotation.models import Presentation, Study
from tests.blindness.recording import Exchange, Recorder

_ROW = re.compile(r'<fieldset class="comment".*?</fieldset>', re.DOTALL)
_TEXT = re.compile(r'(<p class="text"[^>]*>)(.*?)(</p>)', re.DOTALL)


@dataclass(frozen=True)
class Seen:
    """One comment as it reached the annotator; `is_human` is the hidden truth."""

    assignment: str
    position: int
    # The comment's part of the page without its text and position.
    row: str
    # Where in the page it begins, the texts before it left out.
    offset: int
    # The answer to saving a judgment on it.
    saved: Exchange
    is_human: bool


def judge_batches(recorder: Recorder, study: Study, count: int) -> list[Seen]:
    """Judge `count` batches to the end, saving every answer by itself."""
    recorder.get("/")
    recorder.get(f"/work/{study.public_id}/")
    place = recorder.post(f"/work/{study.public_id}/next/").location
    seen: list[Seen] = []
    for _ in range(count):
        page = recorder.get(place)
        assert page.status == 200, page
        saved = {
            position: _save(recorder, place, position)
            for position in _shuffled(len(_ROW.findall(page.text)))
        }
        recorder.get(f"{place}saved/")
        assert recorder.get(f"{place}problem/").status == 200
        report = {"about": "1", "kind": "broken"}
        assert recorder.post(f"{place}problem/", report).status == 303
        recorder.post(f"{place}playback/", {"seconds": 3, "percent": 100})
        seen += _look_at(page, saved, place.split("/")[2])
        place = recorder.post(f"{place}submit/").location
        while place and not place.startswith("/judge/"):
            place = recorder.get(place).location
    return seen


def _shuffled(count: int) -> list[int]:
    positions = list(range(1, count + 1))
    random.shuffle(positions)
    return positions


def _save(recorder: Recorder, place: str, position: int) -> Exchange:
    answer = {
        "position": position,
        "verdict": random.choice(["human", "ai"]),  # noqa: S311
        "score": random.randrange(6),  # noqa: S311
        "key": uuid.uuid4(),
        "age_ms": 0,
        "view_ms": 1500,
    }
    exchange = recorder.post(f"{place}answers/", answer, HX_Request="true")
    assert exchange.status == 200, exchange
    return exchange


def _look_at(page: Exchange, saved: dict[int, Exchange], assignment: str) -> list[Seen]:
    truth = dict(
        Presentation.objects.filter(
            assignment__public_id=assignment, batch_comment__isnull=False
        ).values_list("position", "batch_comment__source__origin")
    )
    without_texts = _TEXT.sub(r"\1\3", page.text)
    rows = list(_ROW.finditer(without_texts))
    return [
        Seen(
            assignment,
            position,
            neutral(match.group(), position),
            match.start(),
            saved[position],
            truth[position] == "human",
        )
        for position, match in enumerate(rows, 1)
        if position in truth
    ]


def neutral(row: str, position: int) -> str:
    """A comment's part of the page with its position taken out."""
    places = (
        r"(comment-|text-|verdict-|score-|state-|position=\"|hidden=\"true\">|Comment )"
        rf"{position}\b"
    )
    return re.sub(places, r"\1N", row)
