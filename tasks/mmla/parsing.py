"""Reading the label in a reply: strict, in any accepted spelling."""

import regex

from tasks.mmla.sets import LabelSet
from tasks.parsing import without_thinking

_AROUND = " \t\r\n*_`\"'“”‘’[](){}<>."


def parse_label(text: str, labels: LabelSet) -> str | None:
    """The label that the reply names, or None.

    A label alone, or after "<dimension>:", in any accepted spelling; brackets, quotes,
    case and a full stop do not matter. Two different labels, or a label inside a
    sentence, are no answer.
    """
    said = without_thinking(text)
    asked = regex.escape(labels.dimension_words).replace(r"\ ", r"[\s_]+")
    # British spellings of the dimension too.
    asked = asked.replace("behavior", "behaviou?r")
    lead = regex.compile(rf"[*_\s\"'\[(]*{asked}[*_\s\"'\])]*[:=]", regex.IGNORECASE)
    found = set()
    for line in said.splitlines():
        for part in lead.split(line):
            if bare := part.strip(_AROUND):
                found.add(labels.label_of(bare))
    return found.pop() if len(found) == 1 else None
