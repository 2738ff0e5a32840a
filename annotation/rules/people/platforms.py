"""What crowd platforms send along with the people whom they send."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ID: Final = re.compile(r"[\w.@+:=-]{1,120}", re.ASCII)
# What MTurk sends for the assignment while somebody only looks at the task.
_PREVIEW: Final = "ASSIGNMENT_ID_NOT_AVAILABLE"


@dataclass(frozen=True, slots=True)
class Platform:
    """One crowd platform, known by the parameter with the participant's id.

    Attributes:
        participant: The parameter with the platform's id of the person.
        study: The one with its id of the study, or task; empty: it sends none.
        session: The one with its id of this try, or assignment; likewise.
        fills_in: Whether the platform replaces `{{%NAME%}}` in a link; else it adds
            its parameters by itself.
        address: Where participants find the study again; empty: unknown.
    """

    participant: str
    study: str = ""
    session: str = ""
    fills_in: bool = True
    address: str = ""

    @property
    def query(self) -> str:
        """What a link to the study needs for the platform to fill in."""
        if not self.fills_in:
            return ""
        names = filter(None, (self.participant, self.study, self.session))
        return "?" + "&".join(f"{name}={{{{%{name}%}}}}" for name in names)


_KNOWN: Final = {
    platform.participant: platform
    for platform in (
        Platform(
            "PROLIFIC_PID",
            "STUDY_ID",
            "SESSION_ID",
            address="https://app.prolific.com/",
        ),
        Platform(
            "workerId",
            "hitId",
            "assignmentId",
            fills_in=False,
            address="https://worker.mturk.com/",
        ),
    )
}


def platform_of(participant_parameter: str) -> Platform:
    """The platform whose parameter it is; one that sends nothing else if unknown."""
    return _KNOWN.get(participant_parameter) or Platform(participant_parameter)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The ids with which a person came; empty where missing or malformed."""

    participant_id: str
    study_id: str = ""
    session_id: str = ""
    # They only look at the task on the platform, and did not accept it yet.
    is_preview: bool = False


def arrival(platform: Platform, parameters: Mapping[str, str]) -> Arrival:
    """What a platform says of the person whom it sends."""
    participant, study, session = (
        value if _ID.fullmatch(value := parameters.get(name, "")) else ""
        for name in (platform.participant, platform.study, platform.session)
    )
    return Arrival(participant, study, session, is_preview=session == _PREVIEW)
