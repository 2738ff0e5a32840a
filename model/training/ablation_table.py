"""The ablations' results as a table, with what they do and do not show."""

import math
from collections.abc import Sequence
from statistics import mean, stdev

from model.synthetic.questions import SyntheticTask
from model.training.ablation_config import FULL, PUBLISHED_NAMES, VARIANTS
from model.training.ablations import VariantResult
from tasks.published import published_rows

# Student's t, 97.5 %, by degrees of freedom (any table); more seeds than these are
# taken as normal.
_T = (math.nan, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
_NORMAL = 1.96


def ablation_table(results: Sequence[VariantResult]) -> str:
    """Markdown: mean and standard deviation over seeds, beside the published."""
    published = {row.model: row.overall for row in published_rows()}
    head = ["variant", *SyntheticTask, "macro", "full minus it (95 %)", "published"]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for variant in VARIANTS:
        rows = [result for result in results if result.variant == variant]
        cells = [_spread([r.tasks[task] for r in rows]) for task in SyntheticTask]
        cells.append(_spread([r.macro_pct for r in rows]))
        cells.append("" if variant == FULL else difference(results, variant))
        cells.append(f"{published[PUBLISHED_NAMES[variant]]:.1f}")
        lines.append(f"| {variant} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def difference(results: Sequence[VariantResult], variant: str) -> str:
    """Of the macro accuracies, seed by seed, with a 95 % interval and a verdict."""
    macros = {(r.variant, r.seed): r.macro_pct for r in results}
    gaps = [
        macros[FULL, seed] - value
        for (name, seed), value in macros.items()
        if name == variant and (FULL, seed) in macros
    ]
    if len(gaps) < 2:  # noqa: PLR2004 (a spread needs two)
        return "one seed: not known"
    degrees = len(gaps) - 1
    factor = _T[degrees] if degrees < len(_T) else _NORMAL
    reach = factor * stdev(gaps) / math.sqrt(len(gaps))
    centre = mean(gaps)
    verdict = "clear" if abs(centre) > reach else "not clear"
    return f"{centre:+.1f} ± {reach:.1f}, {verdict}"


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "–"
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{mean(values):.1f} ± {stdev(values):.1f}"
