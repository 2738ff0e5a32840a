"""What happens beside the training loop: whole checkpoints are marked as such."""

from pathlib import Path
from typing import Any

from transformers import (
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from model.training.state import mark_complete


class CompleteCheckpoints(TrainerCallback):
    """Marks a checkpoint after its last file."""

    def on_save(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,  # noqa: ARG002 (transformers' signature)
        **_: Any,  # noqa: ANN401
    ) -> None:
        if state.is_world_process_zero:
            name = f"{PREFIX_CHECKPOINT_DIR}-{state.global_step}"
            mark_complete(Path(str(args.output_dir), name))
