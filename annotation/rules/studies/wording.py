"""The instrument's words in the reader's language, and in the texts that quote them."""

from dataclasses import replace
from functools import lru_cache

from django.utils.translation import get_language, gettext

from annotation.instrument import Instrument, VerdictOption


def localised(instrument: Instrument) -> Instrument:
    """The instrument with its texts in the active language."""
    return _localised(instrument, get_language())


@lru_cache(maxsize=64)
def _localised(
    instrument: Instrument,
    language: str | None,  # noqa: ARG001 (the words depend on it)
) -> Instrument:
    scale = instrument.scale
    return replace(
        instrument,
        title=_translated(instrument.title),
        question=_translated(instrument.question),
        verdicts=tuple(
            replace(
                option,
                label=_translated(option.label),
                meaning=_translated(option.meaning),
            )
            for option in instrument.verdicts
        ),
        scale=replace(
            scale,
            question=_translated(scale.question),
            words=tuple(_translated(words) for words in scale.words),
            low_tag=_translated(scale.low_tag),
            high_tag=_translated(scale.high_tag),
        ),
    )


def filled(text: str, instrument: Instrument) -> str:
    """A Markdown text with its placeholders replaced by the instrument's own words.

    Guidelines that quote the instrument this way always say what the judge page says,
    whichever instrument the study uses and whichever language it is read in.
    """
    if "{" not in text:
        return text
    shown = localised(instrument)
    scale = shown.scale
    quotes = {
        "{question}": shown.question,
        "{verdicts}": "\n".join(_bullet(option) for option in shown.verdicts),
        "{realism_question}": scale.question,
        "{lowest}": str(scale.lowest),
        "{highest}": str(scale.highest),
        "{scale}": _table(shown),
    }
    for placeholder, words in quotes.items():
        text = text.replace(placeholder, words)
    return text


def _bullet(option: VerdictOption) -> str:
    words = gettext("**%(verdict)s**: %(meaning)s")
    return "- " + words % {"verdict": option.label, "meaning": option.meaning}


def _table(shown: Instrument) -> str:
    """The values that have words, as a Markdown table."""
    rows = [f"| {v.score} | {v.words} |" for v in shown.scale.values if v.words]
    score, meaning = gettext("Score"), gettext("Meaning")
    heads = f"| {score} | {meaning} |"
    return "\n".join([heads, "| --- | --- |", *rows])


def _translated(text: str) -> str:
    # Asked for the empty text, gettext answers with the catalogue's own header.
    return gettext(text) if text else ""
