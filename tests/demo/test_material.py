"""The texts of the demo: valid, plentiful, and no two alike where they meet."""

import re
from collections import Counter

import pytest

from corpus.cleaning import clean_comment, clean_comments
from corpus.records import VideoRecord
from demo import material
from demo.clips import CLIPS, CONTENT

RECORDS = {
    clip: numbered.record
    for clip, numbered in zip(CLIPS, material.clip_records(), strict=True)
}
REAL_MODELS = re.compile(
    r"gpt|gemini|claude|llama|llava|qwen|intern|minicpm|cogvlm|owl|videochat|mimic"
)


@pytest.fixture(params=CLIPS)
def clip(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _shown_human_comments(record: VideoRecord) -> list[str]:
    """The five that stand in a batch: usable, the most liked."""
    ranked = sorted(record.comments, key=lambda c: c.like_count or 0, reverse=True)
    cleaned = clean_comments(comment.text for comment in ranked)
    return [comment.text for comment in cleaned if comment.is_usable][:5]


def test_a_clip_has_complete_metadata_and_its_file(clip: str) -> None:
    record = RECORDS[clip]

    assert (CONTENT / record.video_path).is_file()
    assert record.platform == "demo"
    assert record.title
    assert record.description
    assert record.tags
    assert record.topic
    assert record.category
    assert record.like_count
    assert record.comment_count


def test_a_clip_has_enough_viewers_comments_for_the_likes_to_choose(clip: str) -> None:
    comments = RECORDS[clip].comments
    likes = [comment.like_count for comment in comments]

    usable = [c for c in clean_comments(c.text for c in comments) if c.is_usable]

    assert len(usable) >= 8
    assert len(set(likes)) == len(likes)


def test_every_source_has_written_one_usable_comment(clip: str) -> None:
    comments = [c for c in material.model_comments() if c.clip == clip]
    writers = Counter(comment.source for comment in comments)

    assert all(clean_comment(comment.text).is_usable for comment in comments)
    for source in material.demo_sources():
        assert writers[source.key] == 1


def test_no_two_comments_of_a_batch_say_the_same(clip: str) -> None:
    texts = _shown_human_comments(RECORDS[clip])
    texts += [c.text for c in material.model_comments() if c.clip == clip]

    fingerprints = {clean_comment(text).fingerprint for text in texts}

    assert len(fingerprints) == len(texts)


def test_no_model_writes_the_same_under_two_clips() -> None:
    texts = Counter(comment.text for comment in material.model_comments())

    assert max(texts.values()) == 1


def test_there_are_24_sources_and_none_bears_the_name_of_a_real_model() -> None:
    sources = material.demo_sources()

    assert len({source.key for source in sources}) == 24
    for source in sources:
        assert source.title.startswith("Demo ")
        assert not REAL_MODELS.search(f"{source.key} {source.title}".lower())


def test_the_clips_do_not_share_a_name_or_a_title() -> None:
    assert len({record.external_id for record in RECORDS.values()}) == len(CLIPS)
    assert len({record.title for record in RECORDS.values()}) == len(CLIPS)
