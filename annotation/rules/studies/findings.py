"""What a check of stored studies finds: a rule, and what breaks it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule, by the name that findings have.

    Attributes:
        key: Its name.
        words: What should be.
        remedy: What to do if it is broken.
        statement: SQL whose rows say what breaks it, given `study`; empty where code
            looks instead.
    """

    key: str
    words: str
    remedy: str
    statement: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule, and what breaks it."""

    rule: Rule
    subject: str

    def __str__(self) -> str:
        return f"{self.rule.key}: {self.rule.words}: {self.subject}"


# Where only a hand in the database can be the reason.
BY_HAND = (
    "The software never does this: find out who wrote to the database or restored a "
    "part of it, and compare with the last backup without this finding."
)
EXCLUDE = (
    "Exclude one of the annotators with a reason, so that reports leave the "
    "judgments out."
)
FORGET = "Use People > Forget for this annotator, or restore their row."
