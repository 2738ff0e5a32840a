"""Measures a trained network again: with its videos, and with what is left without."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model.training.errors import TrainingError
from model.training.learner import Frames, Ready
from model.training.measuring import clip_store, measure
from model.training.video_effect import BlackFrames, View, decodable, examples_of
from tasks.scoring import CHANCE_PCT

Results = Mapping[View, Mapping[str, Any]]


def evaluate(prepared: Ready, checkpoint: Path, views: Sequence[View]) -> Results:
    """The held-out examples as each view shows them; also written to the output.

    Raises:
        TrainingError: The run was on texts alone, so there is nothing to take away.
    """
    with clip_store(prepared) as frames:
        if frames is None:
            message = "The config says `shows_video = false`: there are no videos."
            raise TrainingError(message)
        network = prepared.load(checkpoint)
        asked = decodable(prepared.held_out, frames)
        results = {
            view: _seen(prepared, network, view, asked, frames) for view in views
        }
    output = prepared.config.output_folder
    text = json.dumps(results, indent=2, ensure_ascii=False)
    output.mkdir(parents=True, exist_ok=True)
    (output / "evaluation.json").write_text(text + "\n", encoding="utf-8")
    return results


def table(results: Results) -> str:
    """Markdown: a row a task or set of MMLA, a column a view.

    Beside a set stands the accuracy of always saying its most frequent label.
    """
    views = list(results)
    first = results[views[0]]
    head = f"| | {' | '.join(views)} | chance |"
    lines = [head, "| --- |" + " --- |" * (len(views) + 1)]
    for task, score in first.get("tasks", {}).items():
        cells = [_task_cell(results[view]["tasks"][task]) for view in views]
        lines.append(_row(task, cells, f"{score.get('majority_pct', CHANCE_PCT):.1f}"))
    chance = f"{CHANCE_PCT:.1f}" if "comment_perplexity" in first else ""
    for name, key in (("macro", "macro_pct"), ("micro", "micro_pct")):
        if key in first:
            cells = [f"{results[view][key]:.1f}" for view in views]
            lines.append(_row(name, cells, chance))
    if "comment_perplexity" in first:
        cells = [f"{results[view]['comment_perplexity']:.2f}" for view in views]
        lines.append(_row("comments, perplexity a token", cells, ""))
    return "\n".join(lines) + "\n"


def _seen(
    prepared: Ready,
    network: Any,  # noqa: ANN401 - the prepared run's own
    view: View,
    asked: list[Any],
    frames: Frames,
) -> dict[str, Any]:
    source = BlackFrames(frames) if view is View.BLACK else frames
    shown = examples_of(view, asked, seed=prepared.config.data.seed)
    run = prepared.asking(shown)
    return measure(run, run.learner(network, source))


def _task_cell(score: Mapping[str, Any]) -> str:
    return f"{score['accuracy_pct']:.1f} of {score['item_count']}"


def _row(name: str, cells: Sequence[str], chance: str) -> str:
    return f"| {name} | {' | '.join(cells)} | {chance} |"
