"""The rules of items (R1 to R6), on two hundred random corpora."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.cleaning import comparison_key
from corpus.surface import marks_of, script_of, words_of
from tasks.building import MOST_USES, build_items
from tasks.catalogue import LABEL_TASKS, Task
from tasks.items import Item
from tasks.materials import Material
from tasks.pools import Level
from tasks.relatedness import related
from tests.tasks.records import random_corpus

_MATCHING = [task for task in Task if task is not Task.COMMENT_POPULARITY]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(20, 60))
def test_every_item_keeps_the_rules(seed: int, count: int) -> None:
    records = random_corpus(seed, count)
    materials = {m.video: m for m in map(Material, records)}

    items = build_items(records, seed=seed).items

    _places_are_balanced(items)
    _each_video_has_at_most_one_item_a_task(items)
    for item in items:
        _only_one_option_is_right(item, materials[item.video])
        if item.task in _MATCHING:
            _distractors_are_of_unrelated_videos(item, materials)
            _distractors_look_alike(item)
    for task in set(_MATCHING) - LABEL_TASKS:
        _texts_are_not_used_too_often([i for i in items if i.task == task])


def _places_are_balanced(items: tuple[Item, ...]) -> None:
    places: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for item in items:
        places[item.task][item.answer] += 1
    for counted in places.values():
        counts = [counted[place] for place in range(4)]
        assert max(counts) - min(counts) <= 1


def _each_video_has_at_most_one_item_a_task(items: tuple[Item, ...]) -> None:
    counts = Counter((item.video, item.task) for item in items)
    assert max(counts.values(), default=1) == 1


def _only_one_option_is_right(item: Item, material: Material) -> None:
    record = material.record
    keys = [comparison_key(option) for option in item.options]
    assert len(set(keys)) == 4
    if item.task is Task.COMMENT_POPULARITY:
        return
    own = {record.title, record.topic, record.category, *record.tags}
    own |= {comment.text for comment in record.comments}
    own_keys = {comparison_key(text) for text in own if text}
    wrong = {key for place, key in enumerate(keys) if place != item.answer}
    assert not wrong & own_keys


def _distractors_are_of_unrelated_videos(
    item: Item, materials: dict[str, Material]
) -> None:
    video = materials[item.video]
    for place, (origin, _) in enumerate(item.provenance):
        if place == item.answer:
            assert origin == item.video
        else:
            assert related(video, materials[origin]) is None


def _distractors_look_alike(item: Item) -> None:
    scripts = {script_of(option) for option in item.options}
    assert len(scripts) == 1
    if item.task in LABEL_TASKS or item.task is Task.TAG_MATCHING:
        return
    if not item.relaxed:
        assert len({marks_of(option) for option in item.options}) == 1
    if Level.LENGTH.relaxed[-1] not in item.relaxed:
        factor = 2 if item.task is Task.DESCRIPTION_SELECTION else 1.5
        lengths = [len(option) for option in item.options]
        assert max(lengths) <= factor * min(lengths)


def _texts_are_not_used_too_often(items: list[Item]) -> None:
    wrong: Counter[str] = Counter()
    for item in items:
        for place, (origin, _) in enumerate(item.provenance):
            if place != item.answer:
                wrong[origin] += 1
    # Texts that several videos share may be used as often as all of them together.
    shared = Counter(comparison_key(i.options[i.answer]) for i in items)
    most = max(shared.values(), default=1)
    assert max(wrong.values(), default=0) <= MOST_USES * max(most, 3)


@pytest.mark.parametrize("task", [Task.TITLE_SELECTION, Task.COMMENT_MATCHING])
def test_distractors_share_less_than_half_of_their_words(task: Task) -> None:
    for item in build_items(random_corpus(1, 200), seed=1, tasks=[task]).items:
        right = set(words_of(item.options[item.answer]))
        for place, option in enumerate(item.options):
            words = set(words_of(option))
            if place != item.answer and words:
                assert len(words & right) / len(words) < 0.5


def test_labels_are_drawn_as_often_as_videos_have_them() -> None:
    records = random_corpus(3, 2000)

    items = build_items(records, seed=1, tasks=[Task.CATEGORY_MATCHING]).items

    owned = Counter(record.category for record in records if record.category)
    wrong = Counter(o for i in items for p, o in enumerate(i.options) if p != i.answer)
    # Three of the other labels stand in each item, so none can be offered in exact
    # proportion; but what is four times as frequent is offered far more often.
    assert wrong["Entertainment"] > 2 * wrong["Comedy"]
    assert owned["Entertainment"] > 3 * owned["Comedy"]
