"""nano's data: only what may be used, and a vocabulary that writes everything."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.comment_prompt import COMMENT_PROMPT
from corpus.record_files import NumberedRecord, RecordFile
from corpus.records import record_line
from generation.prompts import PROMPTS
from model.nano import preparation
from model.nano.preparation import prepare_data
from model.sizes import nano
from model.synthetic.files import write_clip
from model.synthetic.moving_shapes import every_combination
from model.text import load_tokenizer
from tests.tasks.records import corpus


@pytest.fixture
def few_clips(monkeypatch: pytest.MonkeyPatch) -> None:
    """One clip of each combination: encoding all takes seconds."""
    monkeypatch.setattr(preparation, "CLIP_SEEDS", range(1))


@pytest.mark.usefixtures("few_clips")
def test_only_free_records_are_taken_each_with_a_clip_that_is_there(
    tmp_path: Path,
) -> None:
    free = [replace(r, extra={"license": "CC0-1.0"}) for r in corpus()[:9]]
    other = [replace(r, extra={"license": "none stated"}) for r in corpus()[9:]]
    source = tmp_path / "source.jsonl"
    source.write_text("".join(map(record_line, [*free, *other])))

    data = prepare_data([str(source)], tmp_path / "nano")

    assert (data.record_count, data.comment_count) == (9, 45)
    assert data.other_license_count == 6
    assert data.clip_count == 64
    for name in ("comments", "synthetic"):
        with RecordFile(tmp_path / "nano" / f"{name}.jsonl") as lines:
            records = [x.record for x in lines if isinstance(x, NumberedRecord)]
        assert len(records) == (9 if name == "comments" else 64)
        assert {r.extra["license"] for r in records} == {"CC0-1.0"}
        folder = tmp_path / "nano" / "clips"
        assert all((folder / r.video_path).is_file() for r in records)
    tokenizer = load_tokenizer(tmp_path / "nano" / "tokenizer")
    assert len(tokenizer) <= nano().language.vocabulary_size
    text = "so good 😂 très bien, спасибо!"
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.usefixtures("few_clips")
def test_some_comments_stand_beside_the_real_clips(tmp_path: Path) -> None:
    source, real = tmp_path / "source.jsonl", tmp_path / "lake.mp4"
    free = [replace(r, extra={"license": "CC0-1.0"}) for r in corpus()]
    source.write_text("".join(map(record_line, free)))
    write_clip(next(every_combination(range(1))), real)

    data = prepare_data([str(source)], tmp_path / "nano", real_clips=[real])

    assert data.real_clip_count == 1
    with RecordFile(tmp_path / "nano" / "comments.jsonl") as lines:
        shown = [x.record.video_path for x in lines if isinstance(x, NumberedRecord)]
    assert 0 < shown.count("lake.mp4") < len(shown)
    copied = tmp_path / "nano" / "clips" / "lake.mp4"
    assert copied.read_bytes() == real.read_bytes()


def test_training_asks_for_comments_in_the_platforms_words() -> None:
    assert PROMPTS["comment-1"].text == COMMENT_PROMPT
