"""What each record can offer to the tasks: its facts, and the text for each task."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

import regex

from corpus.cleaning import (
    CleanComment,
    clean_comment,
    clean_comments,
    comparison_key,
    display_text,
)
from corpus.records import VideoRecord
from corpus.surface import words_of
from tasks.catalogue import Task
from tasks.items import video_key

# Choices of ours that the papers leave open: named on the build's page.
MOST_TAGS = 8
FEWEST_DESCRIPTION_WORDS = 5
# People read four of them on a telephone; the first lines say what the video is.
MOST_DESCRIPTION_WORDS = 80
# Shorter comments ("lol", "first!") fit every video.
FEWEST_COMMENT_LETTERS = 8
# Where records name the channel or account that published the video.
_AUTHOR_FIELDS = ("author_id", "channel_id", "uploader_id", "author", "channel")

# Things in descriptions that belong to the author and not to the video.
_NOT_DESCRIBING = regex.compile(
    r"(?:(?:https?|ftp)://|www\.)\S+"
    r"|[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+"
    # What collectors put in the place of addresses.
    r"|\[(?:email|phone|contact) removed\]"
    r"|(?<![\p{L}\p{N}])[#＃@＠][\p{L}\p{M}\p{N}_.\-]+"
    # Links without a scheme; the look behind keeps the search linear.
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+(?:[a-z]{2,}/\S*|(?:com|net|org|tv|io|ly)\b)",
    regex.IGNORECASE,
)
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True)
class Material:
    """One record, digested once for all tasks."""

    record: VideoRecord

    @cached_property
    def video(self) -> str:
        return video_key(self.record)

    @cached_property
    def author(self) -> str:
        """Who published it; empty where the record does not say."""
        named = (self.record.extra.get(name) for name in _AUTHOR_FIELDS)
        return next((comparison_key(str(name)) for name in named if name), "")

    @cached_property
    def category(self) -> str:
        return comparison_key(self.record.category)

    @cached_property
    def topic(self) -> str:
        return comparison_key(self.record.topic)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """In display form and in their order, each once."""
        shown = {comparison_key(tag): display_text(tag) for tag in self.record.tags}
        return tuple(text for key, text in shown.items() if key)

    @cached_property
    def tag_keys(self) -> frozenset[str]:
        return frozenset(map(comparison_key, self.tags))

    @cached_property
    def comments(self) -> tuple[CleanComment, ...]:
        """As received, in order, with what cleaning makes of each."""
        return tuple(clean_comments(c.text for c in self.record.comments))

    @cached_property
    def fingerprints(self) -> frozenset[bytes]:
        """Of every title, tag, topic, category and comment: what is right for it."""
        record = self.record
        texts = (record.title, record.topic, record.category, *record.tags)
        own = {clean_comment(text).fingerprint for text in texts if text}
        return frozenset(own.union(c.fingerprint for c in self.comments))

    @cached_property
    def tongue(self) -> str:
        """Its language; where that is not known, its platform stands for it."""
        language = self.record.language.split("-")[0].casefold()
        return language or f"@{self.record.platform}"

    def is_placed(self) -> bool:
        """Whether there is anything to know unrelated videos by."""
        return bool(self.category or self.tag_keys or self.topic)

    def text_for(self, task: Task, random: Random) -> str:
        """The right text of the video's item of a matching task; empty without one."""
        if task is Task.COMMENT_MATCHING:
            return self._comment(random)
        if task is Task.TAG_MATCHING:
            return ", ".join(self.tags[:MOST_TAGS]) if len(self.tags) > 1 else ""
        if task is Task.DESCRIPTION_SELECTION:
            return description_text(self.record.description)
        field = FIELDS[task]
        return display_text(getattr(self.record, field))

    def _comment(self, random: Random) -> str:
        texts = [
            comment.text
            for comment in self.comments
            if comment.is_usable
            and len(_LETTER.findall(comment.text)) >= FEWEST_COMMENT_LETTERS
        ]
        return random.choice(texts) if texts else ""


FIELDS = {
    Task.TITLE_SELECTION: "title",
    Task.DESCRIPTION_SELECTION: "description",
    Task.TAG_MATCHING: "tags",
    Task.TOPIC_MATCHING: "topic",
    Task.CATEGORY_MATCHING: "category",
    Task.COMMENT_MATCHING: "comments",
    Task.COMMENT_POPULARITY: "comments",
}


def description_text(description: str) -> str:
    """The first words of a description, without what names its author.

    Links, addresses, hashtags and @names are removed; empty under five words.
    """
    shown = " ".join(_NOT_DESCRIBING.sub(" ", display_text(description)).split())
    if len(words_of(shown)) < FEWEST_DESCRIPTION_WORDS:
        return ""
    return " ".join(shown.split(" ")[:MOST_DESCRIPTION_WORDS])
