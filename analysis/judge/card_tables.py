"""The judge card as tables: every line, with why it is there."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from analysis.judge.by_video import Estimated, Proxy
from analysis.judge.card import Card
from analysis.reporting.rendering import markdown_table
from analysis.reporting.tables import Cell, Column, Rounded, Table
from pages.phrases import phrase as _
from pages.phrases import sentences

_NO_TITLES: Mapping[str, str] = MappingProxyType({})


def card_tables(card: Card, titles: Mapping[str, str] = _NO_TITLES) -> list[Table]:
    """Proxy quality, alt-test, bias, ranking, cues, calibration, in this order."""
    return [
        _quality(card),
        _alternative(card),
        _bias(card, titles),
        _cues(card),
        _reliability(card),
        _scripts(card),
    ]


def card_markdown(card: Card, titles: Mapping[str, str] = _NO_TITLES) -> str:
    """All tables, one under the other."""
    parts: list[str] = []
    for table in card_tables(card, titles):
        parts += [f"## {table.title}", table.note, markdown_table(table)]
        parts += [f"–: {'; '.join(table.reasons())}."] if table.reasons() else []
    return "\n\n".join(parts) + "\n"


def _estimated(found: Estimated, decimals: int = 2) -> tuple[Cell, ...]:
    return tuple(
        one if math.isnan(one) else Rounded(one, decimals)
        for one in (found.value, found.lo, found.hi)
    )


def _quality(card: Card) -> Table:
    def rows(proxy: Proxy, who: str) -> list[tuple[Cell, ...]]:
        return [
            (who, _("AUC"), *_estimated(proxy.auc)),
            (
                who,
                _("Spearman, with the share judged human"),
                *_estimated(proxy.spearman),
            ),
        ]

    return Table(
        "judge-quality",
        _("How well it agrees with people"),
        _(
            "On comments of videos and of sources that it never saw; one person "
            "against the others is what can be reached. Intervals are by video. Of the "
            "pairs of sources that people tell apart (%(significant)s), the judge has "
            "%(reversed)s the other way round.",
            reversed=card.reversed_pairs,
            significant=card.significant_pairs,
        ),
        (
            Column("who", _("Who")),
            Column("figure", _("Figure")),
            Column("value", _("Value"), 2),
            Column("ci_lo", _("95 % CI from"), 2),
            Column("ci_hi", _("to"), 2),
        ),
        (
            *rows(card.videos, _("Judge, on new videos")),
            *rows(card.sources, _("Judge, on new sources")),
            *rows(card.person, _("One person")),
            (
                _("Judge, on new videos"),
                _("Kendall's tau, ranking of the sources"),
                *_estimated(card.tau),
            ),
        ),
    )


def _alternative(card: Card) -> Table:
    rests = _(
        "Share of annotators whom the judge equals or beats in agreeing with the "
        "others, at what its lower cost is worth (epsilon); 0.5 or more passes. Rests "
        "on %(annotators)s annotators and %(items)s comments.",
        annotators=card.alt_annotators,
        items=card.alt_items,
    )
    advantage = _(
        "It agrees with the others at least as well as a person does with probability "
        "%(advantage)s.",
        advantage=f"{card.advantage:.2f}",
    )
    return Table(
        "judge-alt-test",
        _("May it stand in for a person? (alt-test)"),
        sentences(rests, "" if math.isnan(card.advantage) else advantage),
        (
            Column("epsilon", _("Epsilon"), 2),
            Column("winning_rate", _("Winning rate"), 2),
        ),
        tuple((f"{win.epsilon:g}", win.winning_rate) for win in card.wins),
    )


def _bias(card: Card, titles: Mapping[str, str]) -> Table:
    return Table(
        "judge-bias",
        _("Bias by source"),
        _(
            "Mean guess minus the rate by people, in points, the most flattered source "
            "first. A judge can agree with people on most comments and still be far "
            "off on a source."
        ),
        (
            Column("source", _("Source")),
            Column("verdicts", _("Verdicts"), 0),
            Column("people_pct", _("People, %")),
            Column("judge_pct", _("Judge alone, %")),
            Column("bias", _("Bias, points")),
            Column("ci_lo", _("95 % CI from")),
            Column("ci_hi", _("to")),
            Column("brier", _("Brier score"), 3),
        ),
        tuple(
            (
                titles.get(one.source, one.source),
                *(one.verdicts, one.people_pct, one.judge_pct),
                *(one.bias, one.lo, one.hi, one.brier),
            )
            for one in card.bias
        ),
    )


def _cues(card: Card) -> Table:
    return Table(
        "judge-cues",
        _("Cheap cues"),
        _(
            "By how many points a cue moves verdicts and guesses, other cues and the "
            "source held; length per standard deviation. A judge that leans on a cue "
            "more than people do can be fooled by it."
        ),
        (
            Column("cue", _("Cue")),
            Column("people", _("People, points")),
            Column("judge", _("Judge, points")),
        ),
        tuple((_(cue.name), cue.people, cue.judge) for cue in card.cues),
    )


def _reliability(card: Card) -> Table:
    found = card.calibration
    return Table(
        "judge-reliability",
        _("Calibration"),
        _(
            "Brier score %(brier)s (0.25 says nothing), log loss %(loss)s. Guesses and "
            "shares differ by %(ece)s points on average over bins of equal size; 95 %% "
            "of perfectly calibrated judges would stay under %(chance)s.",
            brier=f"{found.brier:.3f}",
            loss=f"{found.log_loss:.3f}",
            ece=f"{found.ece_pct:.1f}",
            chance=f"{found.ece_chance_pct:.1f}",
        ),
        (
            Column("guess_pct", _("Mean guess, %")),
            Column("human_pct", _("Judged human, %")),
            Column("verdicts", _("Verdicts"), 0),
        ),
        tuple(
            (f"{one.guess_pct:.1f}", one.human_pct, one.verdicts) for one in found.bins
        ),
    )


def _scripts(card: Card) -> Table:
    return Table(
        "judge-scripts",
        _("Calibration by script"),
        _("Rate by people and mean guess of comments in one script."),
        (
            Column("script", _("Script")),
            Column("verdicts", _("Verdicts"), 0),
            Column("people_pct", _("People, %")),
            Column("judge_pct", _("Judge alone, %")),
            Column("brier", _("Brier score"), 3),
        ),
        tuple(
            (
                *(one.script or "–", one.verdicts),
                *(one.people_pct, one.judge_pct, one.brier),
            )
            for one in card.scripts
        ),
    )
