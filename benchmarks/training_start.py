"""How fast a training run starts on many videos, and what a process holds.

    python -m benchmarks.training_start                       # 150,000 videos
    python -m benchmarks.training_start --videos 5000

Records and empty clips are made, then two processes start the same run, one after the
other: the first writes the store of examples, the second finds it, as every later start
and every other process does. Last, looks of as many clips are compared with those of a
benchmark.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from benchmarks.memory import peak_mb
from corpus.records import CommentRecord, VideoRecord, record_line
from generation.machine import this_machine

_WORDS = (
    *("so", "cute", "love", "this", "song", "who", "else", "is", "here"),
    *("the", "best", "part", "watched", "it", "twice"),
)
_CATEGORIES = ("lifestyle", "travel", "beauty", "sport", "music", "food", "art", "pets")
_CLIPS_A_FOLDER = 1000
_BENCHMARK_VIDEOS = 4000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--videos", type=int, default=150_000)
    parser.add_argument("--comments", type=int, default=10, help="of each video")
    parser.add_argument("--start", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.start:
        print(json.dumps(_start(options.start)))
        return
    print(f"machine: {this_machine()}")
    print(f"{options.videos} videos, {options.comments} comments each")
    with tempfile.TemporaryDirectory() as folder:
        config = _made(Path(folder), options.videos, options.comments)
        for title in ("first start, which writes the examples", "every later start"):
            result = _in_its_own_process(config)
            print(
                f"{title}: {result['seconds']:.1f} s by the clock, "
                f"{result['busy_seconds']:.1f} s of processor time, "
                f"{result['peak_mb']:.0f} MB; {result['examples']} examples in "
                f"{result['sequences']} sequences"
            )
    _compare(options.videos)


def _in_its_own_process(config: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.training_start", "--start"]
    done = subprocess.run(
        [*command, str(config)], stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _start(config_file: Path) -> dict[str, Any]:
    """Everything up to the order of the first epoch, torch's own start included."""
    start = time.perf_counter()
    from model.training.config import TrainingConfig
    from model.training.run import make_datasets, prepare
    from model.training.sampling import EpochSampler

    prepared = prepare(TrainingConfig.load(config_file))
    dataset, _ = make_datasets(prepared, None)
    sampler = EpochSampler(dataset, batch_size=8, groups=True, seed=0)
    next(iter(sampler))
    return {
        "seconds": time.perf_counter() - start,
        "busy_seconds": time.process_time(),
        "peak_mb": peak_mb(),
        "examples": len(prepared.examples.training),
        "sequences": len(dataset),
    }


def _made(folder: Path, videos: int, comments: int) -> Path:
    """Records, empty clips and a config."""
    from model.nano.vocabulary import save_tokenizer, train_tokenizer
    from model.sizes import config_of

    with (folder / "records.jsonl").open("w", encoding="utf-8") as file:
        for record in _records(videos, comments):
            clip = folder / "clips" / record.video_path
            clip.parent.mkdir(parents=True, exist_ok=True)
            clip.touch()
            file.write(record_line(record))
    network = config_of("nano")
    size = network.language.vocabulary_size
    tokenizer = train_tokenizer([" ".join(_WORDS)] * 9, size, network.text)
    save_tokenizer(tokenizer, folder / "tokenizer")
    config = folder / "run.toml"
    config.write_text(
        f'network = "nano"\ntokenizer = "{folder}/tokenizer"\n'
        f'output = "{folder}/runs/one"\n[data]\nrecords = ["{folder}/records.jsonl"]\n'
        f'clips = "{folder}/clips"\nquestions_a_sequence = 12\n'
    )
    return config


def _records(videos: int, comments: int) -> Iterator[VideoRecord]:
    random = Random(0)  # noqa: S311 (no secret)

    def text(least: int, most: int) -> str:
        return " ".join(random.choices(_WORDS, k=random.randint(least, most)))

    for number in range(videos):
        yield VideoRecord(
            platform="youtube",
            external_id=str(number),
            video_path=f"{number // _CLIPS_A_FOLDER}/{number}.mp4",
            title=f"{text(3, 9)} {number}",
            description=f"{text(10, 60)} {number}",
            tags=tuple(f"{word}{number % 997}" for word in random.sample(_WORDS, 4)),
            topic=f"{random.choice(_WORDS)} {number % 499}",
            category=_CATEGORIES[number % len(_CATEGORIES)],
            comments=tuple(
                CommentRecord(f"{text(2, 20)} {place}", 1000 - place)
                for place in range(comments)
            ),
        )


def _compare(videos: int) -> None:
    from model.training.fingerprints import FRAMES, near_pairs

    numbers = np.random.default_rng(0)
    looks, others = (
        list(numbers.integers(0, 2**63, (count, FRAMES), dtype=np.uint64))
        for count in (videos, _BENCHMARK_VIDEOS)
    )
    start, busy = time.perf_counter(), time.process_time()
    found = sum(1 for _ in near_pairs(looks, others, limit=6.0))
    print(
        f"{videos} looks beside {_BENCHMARK_VIDEOS}: "
        f"{time.perf_counter() - start:.1f} s by the clock, "
        f"{time.process_time() - busy:.1f} s of processor time, {found} near"
    )


if __name__ == "__main__":
    main()
