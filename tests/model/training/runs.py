"""Small real runs for the tests: a network, a tokenizer, records and a config."""

from dataclasses import replace
from pathlib import Path

from corpus.records import VideoRecord, record_line
from model.config import MimicChatConfig
from model.nano.vocabulary import save_tokenizer, train_tokenizer
from tests.model.tiny import tiny_config
from tests.tasks.records import corpus

RUN = """
network = "{folder}/network.json"
tokenizer = "{folder}/tokenizer"
output = "{folder}/run"

[data]
records = ["{folder}/records.jsonl"]
clips = "{folder}"
held_out_share = 0.2
answer_form = "text"
comment_prompt = "Write a comment."
{data}

[recipe]
learning_rate = 1e-2
per_device_batch = 4
global_batch = 8
precision = "fp32"
evaluation_steps = 4
logging_steps = 1
workers = 0
{recipe}
"""


def run_network() -> MimicChatConfig:
    """The tests' tiny network with room for a question, its language model training."""
    config = tiny_config()
    return replace(
        config,
        language=replace(
            config.language, vocabulary_size=400, max_tokens=400, is_frozen=False
        ),
    )


def write_run(
    folder: Path,
    *,
    data: str = "shows_video = false",
    recipe: str = "max_steps = 12",
    records: list[VideoRecord] | None = None,
) -> Path:
    """Everything that a run reads; returns its config's file."""
    network = run_network()
    network.save(folder / "network.json")
    records = records if records is not None else corpus()
    lines = [record_line(record) for record in records]
    (folder / "records.jsonl").write_text("".join(lines))
    tokenizer = train_tokenizer(lines, network.language.vocabulary_size, network.text)
    save_tokenizer(tokenizer, folder / "tokenizer")
    config = folder / "run.toml"
    config.write_text(RUN.format(folder=folder, data=data, recipe=recipe))
    return config
