"""What people answered to items, as tables beside the models'."""

from collections.abc import Iterable

from analysis.reporting.tables import Column, Table
from analysis.thinking.columns import BOUNDS, MACRO, MICRO
from analysis.thinking.results import PeopleResult, PeopleSubset, Results
from pages.phrases import phrase as _


def people_tables(results: Results) -> tuple[Table, ...]:
    """The human row, how people agree, and the items that everybody missed."""
    found = results.people
    if found is None:
        return ()
    accuracy = Table(
        key="people",
        title=_("Accuracy of people"),
        note=_(
            "In percent, on the same items. A single person compares with a model; the "
            "interval is that of macro, clustered by person and by video. The majority "
            "is over items with at least two answers, and usually higher."
        ),
        columns=(
            Column("who", _("Who")),
            *(Column(task, task) for task in results.tasks),
            Column("macro", MACRO),
            *BOUNDS,
            Column("micro", MICRO),
        ),
        rows=(
            (
                _("single person"),
                *(found.tasks[task].pct for task in results.tasks),
                found.macro.pct,
                found.macro.lo,
                found.macro.hi,
                found.micro.pct,
            ),
            (
                _("majority"),
                *(found.majority[task] for task in results.tasks),
                found.majority_macro,
                "",
                "",
                "",
            ),
        ),
    )
    return (
        accuracy,
        subsets_table(found.subsets),
        _agreement_of_people(found),
        missed_table(found.missed),
    )


def subsets_table(subsets: Iterable[PeopleSubset]) -> Table:
    """Single people with and without what they knew or looked up."""
    names = {
        (False, False): _("all answers"),
        (True, False): _("without videos that they know"),
        (False, True): _("without batches for which they looked something up"),
        (True, True): _("without both"),
    }
    return Table(
        key="people_subsets",
        title=_("People, with and without what they knew or looked up"),
        note=_("As said by the people themselves. In percent, single person."),
        columns=(
            Column("which", _("Answers counted")),
            Column("answers", _("Answers"), 0),
            Column("pct", _("Accuracy")),
            *BOUNDS,
        ),
        rows=tuple(
            (
                names[one.without_known, one.without_looked_up],
                one.answers,
                one.rate.pct,
                one.rate.lo,
                one.rate.hi,
            )
            for one in subsets
        ),
    )


def _agreement_of_people(found: PeopleResult) -> Table:
    return Table(
        key="people_agreement",
        title=_("People: range, agreement and time"),
        note=_(
            "Kappa is Fleiss' and alpha Krippendorff's, over the four texts. Seconds: "
            "how long a question was in view before it was answered, median. Known: "
            "answers about videos that people said they know."
        ),
        columns=(
            Column("people", _("People"), 0),
            Column("answers", _("Answers"), 0),
            Column("lowest_pct", _("Lowest, %")),
            Column("highest_pct", _("Highest, %")),
            Column("kappa", _("kappa"), 2),
            Column("alpha", _("alpha"), 2),
            Column("median_seconds", _("Seconds")),
            Column("known_pct", _("Known, %")),
            Column("missed", _("Items missed by all"), 0),
        ),
        rows=(
            (
                found.people,
                found.answers,
                found.lowest_pct,
                found.highest_pct,
                found.kappa,
                found.alpha,
                found.median_seconds,
                found.known_pct,
                len(found.missed),
            ),
        ),
    )


def missed_table(items: Iterable[str]) -> Table:
    """What everybody got wrong."""
    return Table(
        key="missed_by_all",
        title=_("Items that everybody missed"),
        note=_("At least two answers, all wrong. Look at these: the item may be bad."),
        columns=(Column("item", _("Item")),),
        rows=tuple((item,) for item in items),
    )
