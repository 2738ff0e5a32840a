"""Replies that another program collected, matched with the items of a build."""

from collections.abc import Iterable
from typing import NamedTuple

from tasks.builds import Build
from tasks.errors import TasksError
from tasks.scoring import AnsweredItem


class ImportedReply(NamedTuple):
    """What a source said to one item, as received."""

    item_id: str
    text: str


def answered_items(
    replies: Iterable[ImportedReply], build: Build
) -> list[AnsweredItem]:
    """The items with their replies, in the build's order.

    Raises:
        TasksError: A reply is to no item of the build, or two are to one.
    """
    said: dict[str, str] = {}
    for item_id, text in replies:
        if item_id in said:
            message = f"There are two replies to {item_id}; keep one."
            raise TasksError(message)
        said[item_id] = text
    items = {item.item_id: item for item in build.items}
    if strangers := said.keys() - items.keys():
        message = (
            f"{len(strangers)} replies are to items that {build.name} does not have, "
            f"such as {min(strangers)}; they are of another build."
        )
        raise TasksError(message)
    return [
        AnsweredItem(item, said[item_id])
        for item_id, item in items.items()
        if item_id in said
    ]
