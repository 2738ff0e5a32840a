"""A selection in the sentences of a paper's methods section."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.utils.translation import pgettext as _in

from corpus.drawing import Draw
from corpus.selection import Rule, Selection, SelectionRules


def methods_sentences(rules: SelectionRules, selection: Selection) -> str:
    """What was done, in the order in which it was done; nothing for an empty corpus."""
    if not selection.funnel or not selection.funnel[0].before:
        return ""
    return " ".join(_sentences(rules, selection))


def _sentences(rules: SelectionRules, selection: Selection) -> Iterator[str]:
    outcomes = {outcome.rule: outcome for outcome in selection.funnel}
    yield _(
        "From %(count)s videos (%(platforms)s), we kept the most engaging of each "
        "platform (%(shares)s)."
    ) % {
        "count": f"{selection.funnel[0].before:,}",
        "platforms": _named(_platforms_before(selection)),
        "shares": _shares(rules, selection),
    }
    yield _(
        "Engagement is %(like)g ln(1 + likes) + %(favorite)g ln(1 + favourites) + "
        "%(share)g ln(1 + shares) + %(comment)g ln(1 + comments)."
    ) % {
        "like": rules.engagement_weights.like,
        "favorite": rules.engagement_weights.favorite,
        "share": rules.engagement_weights.share,
        "comment": rules.engagement_weights.comment,
    }
    yield _("We required %(needs)s.") % {"needs": _list(_needs(rules))}
    if rules.category_cap is not None:
        yield ngettext(
            "Each category has at most %(count)d video, the most engaging one.",
            "Each category has at most %(count)d videos, the most engaging ones.",
            rules.category_cap,
        ) % {"count": rules.category_cap}
    if sample := outcomes.get(Rule.SAMPLE):
        yield _draw(rules) % {
            "left": f"{sample.before:,}",
            "count": f"{sample.after:,}",
            "seed": rules.seed,
        }
    yield _(
        "The selection has %(count)s videos in %(covered)d of %(all)d categories."
    ) % {
        "count": f"{len(selection.video_ids):,}",
        "covered": selection.categories_covered,
        "all": selection.categories_before,
    }


def _draw(rules: SelectionRules) -> str:
    words = {
        Draw.ENGAGING: _(
            "Of the %(left)s videos that were left, we took the %(count)s most "
            "engaging ones."
        ),
        Draw.RANDOM: _(
            "Of the %(left)s videos that were left, we drew %(count)s at random "
            "(seed %(seed)d)."
        ),
        Draw.PROPORTIONAL: _(
            "Of the %(left)s videos that were left, we drew %(count)s at random, "
            "stratified by category in proportion to size (seed %(seed)d)."
        ),
        Draw.BALANCED: _(
            "Of the %(left)s videos that were left, we drew %(count)s at random, "
            "stratified by category with equal numbers where possible "
            "(seed %(seed)d)."
        ),
    }
    return words[rules.draw]


def _needs(rules: SelectionRules) -> list[str]:
    metadata = {
        "title": _in("metadata", "a title"),
        "description": _in("metadata", "a description"),
        "tags": _in("metadata", "tags"),
        "topic": _in("metadata", "a topic"),
    }
    needs = [metadata[name] for name in rules.required_fields]
    needs.append(
        ngettext(
            "at least %(count)d usable human comment",
            "at least %(count)d usable human comments",
            rules.min_usable_comments,
        )
        % {"count": rules.min_usable_comments}
    )
    if rules.require_clip:
        needs.append(
            _("a clip that decodes and lasts %(shortest)g to %(longest)g s")
            % {"shortest": rules.min_duration_s, "longest": rules.max_duration_s}
        )
    return needs


def _platforms_before(selection: Selection) -> dict[str, int]:
    return {one.name: one.total for one in selection.platforms()}


def _shares(rules: SelectionRules, selection: Selection) -> str:
    shares = {
        name: round(100 * rules.top_share_of(name), 6)
        for name in _platforms_before(selection)
    }
    return ", ".join(f"{name or '–'} {share:g} %" for name, share in shares.items())


def _named(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name or '–'} {count:,}" for name, count in counts.items())


def _list(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s") % {
        "first": ", ".join(parts[:-1]),
        "last": parts[-1],
    }
