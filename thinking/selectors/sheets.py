"""What a person sees of a batch of items: never what is right, nor any origin."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.safestring import SafeString

from annotation.selectors.studies.documents import guidelines_html
from corpus.media_files import playback_url, poster_url
from corpus.models import MediaState, VideoMedia
from tasks.catalogue import LETTERS
from tasks.mmla.sets import all_sets
from thinking.models import ItemAssignment, PersonAnswer
from thinking.selectors.builds import asked_item

_AT_A_GLANCE = 12


@dataclass(frozen=True, slots=True)
class ShownOption:
    """One option with its letter; labels have none."""

    place: int
    letter: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One question about one video."""

    position: int
    task: str
    # Of MMLA: what the speaker says, and what is asked of it.
    utterance: str
    dimension: str
    video_url: str
    poster_url: str
    options: tuple[ShownOption, ...]
    knows_video: bool
    is_answered: bool

    @property
    def is_searchable(self) -> bool:
        """Whether there are more options than one sees at a glance."""
        return len(self.options) > _AT_A_GLANCE


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """A batch as its page shows it."""

    assignment: UUID
    study: UUID
    study_title: str
    number: int
    login_name: str
    guidelines_html: SafeString
    items: tuple[ShownItem, ...]

    @property
    def has_letters(self) -> bool:
        """Whether options are chosen by letters."""
        return not any(item.dimension for item in self.items)

    @property
    def answered_count(self) -> int:
        return sum(item.is_answered for item in self.items)


def item_sheet(assignment: ItemAssignment, *, login_name: str) -> ItemSheet:
    """The batch with what was answered so far; the study is at hand."""
    study = assignment.membership.study
    answers = assignment.answers.select_related("item__video__media")
    return ItemSheet(
        assignment=assignment.public_id,
        study=study.public_id,
        study_title=study.title,
        number=assignment.number,
        login_name=login_name,
        guidelines_html=guidelines_html(assignment.membership),
        items=tuple(_item(answer) for answer in answers.order_by("position")),
    )


def _item(answer: PersonAnswer) -> ShownItem:
    item = answer.item
    options = asked_item(item).options_at(answer.rotation)
    # Labels of many words are told apart by themselves, and have no keys.
    letters: tuple[str, ...] = tuple(LETTERS)
    if item.is_labelled:
        letters = ("",) * len(options)
        options = tuple(option.replace("_", " ") for option in options)
    media: VideoMedia | None = getattr(item.video, "media", None)
    ready = media if media and media.state == MediaState.READY else None
    return ShownItem(
        position=answer.position,
        task=item.task,
        utterance=item.utterance,
        dimension=all_sets()[item.task].dimension if item.is_labelled else "",
        video_url=playback_url(ready) if ready else "",
        poster_url=poster_url(ready) if ready and ready.poster else "",
        options=tuple(
            ShownOption(place, letter, text, place == answer.place)
            for place, (letter, text) in enumerate(zip(letters, options, strict=True))
        ),
        knows_video=answer.knows_video,
        is_answered=answer.place is not None,
    )


def saved_choices(assignment: ItemAssignment) -> dict[str, dict[str, str]]:
    """What the server has of each position that was answered."""
    rows = assignment.answers.exclude(key=None).values_list(
        "position", "place", "knows_video", "key"
    )
    return {
        str(position): {
            "option": "" if place is None else str(place),
            "known": "1" if knows else "0",
            "key": str(key),
        }
        for position, place, knows, key in rows
    }
