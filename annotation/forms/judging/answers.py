"""What the judge page posts, read strictly: answers and, at the end, the whole form."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import QueryDict

from annotation.errors import MalformedAnswersError
from annotation.instrument import Instrument
from annotation.rules.judging.answers import Choice, GivenAnswer

_FIELDS: Final = ("position", "verdict", "score", "key", "age_ms", "view_ms")
_CHOICES: Final = ("verdict-", "score-", "pad-")
# Longer than any lease; keeps arithmetic with instants in range.
_LONGEST_MS: Final = 366 * 24 * 3600 * 1000


def posted_answers(data: QueryDict, instrument: Instrument) -> list[GivenAnswer]:
    """The answers of the parallel lists position, verdict, score, key, age_ms, view_ms.

    Raises:
        MalformedAnswersError: naming each answer that cannot be read.
    """
    lists = [data.getlist(name) for name in _FIELDS]
    if len({len(values) for values in lists}) > 1:
        counts = ", ".join(
            f"{name} {len(values)}" for name, values in zip(_FIELDS, lists, strict=True)
        )
        raise MalformedAnswersError([f"the lists differ in length ({counts})"])
    answers, reasons = [], []
    for number, values in enumerate(zip(*lists, strict=True), start=1):
        try:
            answers.append(_answer(dict(zip(_FIELDS, values, strict=True)), instrument))
        except ValueError as error:
            reasons.append(f"answer {number}: {error}")
    if reasons:
        raise MalformedAnswersError(reasons)
    return answers


def posted_choices(data: QueryDict, instrument: Instrument) -> list[Choice]:
    """The radio buttons verdict-, score- and pad-<position> that are set.

    Raises:
        MalformedAnswersError: naming each position that cannot be read.
    """
    names = [name for name in data if name.startswith(_CHOICES)]
    choices, reasons = [], []
    for suffix in dict.fromkeys(name.partition("-")[2] for name in names):
        try:
            verdict, _dash, score = data.get(f"pad-{suffix}", "-").partition("-")
            choices.append(
                Choice(
                    position=_position(suffix),
                    verdict=_verdict(
                        data.get(f"verdict-{suffix}", verdict), instrument
                    ),
                    score=_score(data.get(f"score-{suffix}", score), instrument),
                )
            )
        except ValueError as error:
            reasons.append(str(error))
    if reasons:
        raise MalformedAnswersError(reasons)
    return choices


def posted_shown_at(data: QueryDict) -> datetime | None:
    """When the posted page was made; None if it does not say."""
    text = data.get("shown_at", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 14):  # noqa: PLR2004
        return None
    return datetime.fromtimestamp(int(text) / 1000, tz=UTC)


def posted_playback(data: QueryDict) -> tuple[float, float]:
    """Seconds played and percent of the video seen.

    Raises:
        MalformedAnswersError: if either is no number in its range.
    """
    try:
        seconds, percent = (
            float(data.get("seconds", "")),
            float(data.get("percent", "")),
        )
    except ValueError as error:
        raise MalformedAnswersError(["seconds and percent are numbers"]) from error
    if not (0 <= seconds < _LONGEST_MS / 1000 and 0 <= percent <= 100):  # noqa: PLR2004
        raise MalformedAnswersError(["seconds and percent are out of range"])
    return seconds, percent


def _answer(fields: Mapping[str, str], instrument: Instrument) -> GivenAnswer:
    verdict = _verdict(fields["verdict"], instrument)
    score = _score(fields["score"], instrument)
    if verdict is None and score is None:
        msg = "it gives neither verdict nor score"
        raise ValueError(msg)
    view_ms = fields["view_ms"]
    return GivenAnswer(
        position=_position(fields["position"]),
        verdict=verdict,
        score=score,
        key=_key(fields["key"]),
        age=timedelta(milliseconds=_milliseconds("age_ms", fields["age_ms"])),
        view_seconds=_milliseconds("view_ms", view_ms) / 1000 if view_ms else None,
    )


def _position(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= len(text) <= 4:  # noqa: PLR2004
        return int(text)
    msg = f"{text[:20]!r} is not a position"
    raise ValueError(msg)


def _verdict(text: str, instrument: Instrument) -> str | None:
    if text in instrument.labels:
        return text
    if not text:
        return None
    msg = f"{text[:20]!r} is not a verdict ({', '.join(instrument.labels)})"
    raise ValueError(msg)


def _score(text: str, instrument: Instrument) -> int | None:
    if not text:
        return None
    scale = instrument.scale
    if text in map(str, scale.scores):
        return int(text)
    msg = f"{text[:20]!r} is not a score ({scale.lowest} to {scale.highest})"
    raise ValueError(msg)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        msg = f"{text[:40]!r} is not a key"
        raise ValueError(msg) from error


def _milliseconds(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_MS)):
        return min(int(text), _LONGEST_MS)
    msg = f"{name} is not a number of milliseconds"
    raise ValueError(msg)
