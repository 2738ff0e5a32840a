"""MIMIC-Chat: Y = LM([VID], visual tokens of both branches, [SEP], T).

Spatial tokens stand in the sequence; temporal tokens reach text through the gated
fusion inside the language model's attention.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedModel
from transformers.cache_utils import DynamicCache
from transformers.utils.generic import ModelOutput

from model.config import MimicChatConfig
from model.gate import Fusion, TemporalGate
from model.language_model import build_language_model
from model.lora import add_adapters
from model.plain_values import ConfigError
from model.projector import Projector
from model.sequence import Layout, first_fusion, layout_of, position_ids
from model.spatial_encoder import SpatialEncoder
from model.temporal_encoder import TemporalEncoder

IGNORED_LABEL = -100


@dataclass
class NetworkOutput(ModelOutput):
    """What a pass gives.

    Attributes:
        loss: The answers' mean negative log likelihood a token; with labels alone.
        logits: (batch, tokens, vocabulary); without labels alone, as they are large.
        row_sums: (batch,) log-probability of each row's answer; where asked for alone,
            in place of the loss.
        exact: (batch,) whether each row's likeliest words are its answer; beside the
            loss, in evaluation mode.
    """

    loss: Tensor | None = None
    logits: Tensor | None = None
    row_sums: Tensor | None = None
    exact: Tensor | None = None


@dataclass(frozen=True)
class Prepared:
    """A batch as the language model gets it.

    Attributes:
        embeddings: (batch, temporal + main, hidden).
        positions: (batch, temporal + main).
        layout: Where which tokens stand.
    """

    embeddings: Tensor
    positions: Tensor
    layout: Layout


class MimicChat(nn.Module):
    """The network: two branches, two projectors, gates, a language model with LoRA.

    Construction gives it its shape (on any device, "meta" too); `build` also fills it.

    Attributes:
        base_hash: Of the published weights that it stands on; None for its own. Saved
            checkpoints then hold the trained parts alone.
    """

    # transformers' Trainer then passes the number of answer tokens of a whole step, so
    # that accumulated batches weigh as one.
    accepts_loss_kwargs = True

    def __init__(self, config: MimicChatConfig) -> None:
        super().__init__()
        self.config = config
        self.base_hash: str | None = None
        width = config.language.hidden_size
        spatial, temporal = config.spatial, config.temporal
        self.spatial_encoder = SpatialEncoder(spatial)
        self.spatial_projector: Projector | None = None
        if not config.ablation.no_spatial_projector:
            self.spatial_projector = Projector(spatial.token_width, width)
        self.temporal_encoder: TemporalEncoder | None = None
        self.temporal_projector: Projector | None = None
        if config.has_temporal_branch:
            self.temporal_encoder = TemporalEncoder(temporal)
            if not config.ablation.no_temporal_projector:
                self.temporal_projector = Projector(temporal.hidden_size, width)
        layers = config.language.layer_count if config.has_temporal_branch else 0
        self.gates = nn.ModuleList(TemporalGate(config.gate) for _ in range(layers))
        # The rows of [VID] and [SEP].
        self.boundaries = nn.Parameter(torch.empty(2, width))
        self.language_model = build_language_model(config.language)
        if config.has_adapters:
            add_adapters(self.language_model, config.lora)
        self.freeze()

    def freeze(self) -> None:
        """Let train what the config says: the one place that decides it."""
        self.requires_grad_(requires_grad=True)
        no_lora = self.config.ablation.no_lora
        frozen = {
            "spatial_encoder.": self.config.spatial.is_frozen,
            "temporal_encoder.": self.config.temporal.is_frozen,
            "language_model.": self.config.language.is_frozen or no_lora,
        }
        for name, parameter in self.named_parameters():
            is_frozen = any(name.startswith(p) for p, is_so in frozen.items() if is_so)
            parameter.requires_grad_(not is_frozen or "lora_" in name)

    def trainable_parameters(self) -> dict[str, nn.Parameter]:
        """What trains, by name; a checkpoint on published weights holds just these."""
        return {n: p for n, p in self.named_parameters() if p.requires_grad}

    def train_in(self, dtype: torch.dtype) -> None:
        """Keep what trains in `dtype` (float32 beside a frozen bfloat16 network)."""
        for parameter in self.trainable_parameters().values():
            parameter.data = parameter.data.to(dtype)

    @property
    def device(self) -> torch.device:
        return self.boundaries.device

    def forward(  # noqa: PLR0913, PLR0917 - a batch's fields, passed by name
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        pixel_values: Tensor,
        temporal_pixels: Tensor | None = None,
        temporal_mask: Tensor | None = None,
        labels: Tensor | None = None,
        segments: Tensor | None = None,
        num_items_in_batch: Tensor | int | None = None,
        sums_rows: bool = False,  # noqa: FBT001, FBT002 - a batch's fields, by name
    ) -> NetworkOutput:
        """One pass over a `model.collation.Batch`.

        Args:
            input_ids: (batch, main tokens).
            attention_mask: (batch, main tokens): 0 for padding, on either side.
            pixel_values: (tiles of all videos, 3, side, side), bytes.
            temporal_pixels: (batch, frames, 3, side, side), bytes.
            temporal_mask: (batch, frames): false for padding.
            labels: (batch, main tokens): `input_ids` where the answer is, else -100.
            segments: (batch, main tokens): 0 for what all questions of a sequence see,
                then each question's number; without it each has one.
            num_items_in_batch: Divide the loss by this instead of by the batch's own
                number of answer tokens.
            sums_rows: Give each row's log-probability instead of a loss.
        """
        prepared = self.prepare(
            input_ids,
            attention_mask,
            pixel_values,
            temporal_pixels,
            temporal_mask,
            segments,
        )
        fusion = first_fusion(prepared.layout, self.gates)
        hidden = self.run_language_model(
            prepared.embeddings, prepared.positions, fusion
        )
        hidden = hidden[:, prepared.layout.temporal_count :]
        if labels is None:
            return NetworkOutput(logits=self.language_model.lm_head(hidden))
        if sums_rows:
            logits = self._answer_logits(hidden, labels)
            return NetworkOutput(row_sums=sums_by_row(logits, labels[:, 1:]))
        logits, targets = self._answer_logits(hidden, labels), labels[:, 1:]
        return NetworkOutput(
            loss=_loss(logits, targets, num_items_in_batch),
            exact=None if self.training else exact_rows(logits, targets),
        )

    def prepare(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        pixel_values: Tensor,
        temporal_pixels: Tensor | None = None,
        temporal_mask: Tensor | None = None,
        segments: Tensor | None = None,
    ) -> Prepared:
        """Encode the videos and put everything in its place; shapes as in `forward`."""
        if self.temporal_encoder is None:
            temporal_pixels = temporal_mask = None
        layout = layout_of(
            input_ids, attention_mask, temporal_mask, self.config, segments
        )
        embeddings = self._embed(input_ids, layout, self.spatial_tokens(pixel_values))
        if temporal_pixels is not None:
            temporal = self.temporal_tokens(temporal_pixels).to(embeddings.dtype)
            embeddings = torch.cat([temporal, embeddings], dim=1)
        return Prepared(embeddings, position_ids(layout), layout)

    def spatial_tokens(self, pixel_values: Tensor) -> Tensor:
        """(tiles, 3, side, side) to (tiles, tokens a tile, hidden)."""
        tokens = self.spatial_encoder(pixel_values)
        return self._project(tokens, self.spatial_projector, self.temporal_projector)

    def temporal_tokens(self, temporal_pixels: Tensor) -> Tensor:
        """(batch, frames, 3, side, side) to (batch, frames, hidden)."""
        if self.temporal_encoder is None:
            message = "This network has no temporal branch."
            raise ConfigError(message)
        tokens = self.temporal_encoder(temporal_pixels)
        return self._project(tokens, self.temporal_projector, self.spatial_projector)

    def run_language_model(
        self,
        embeddings: Tensor,
        positions: Tensor,
        fusion: Fusion,
        cache: DynamicCache | None = None,
    ) -> Tensor:
        """(batch, tokens, hidden) in and out, before the vocabulary's projection."""
        outputs = self.language_model.model(
            inputs_embeds=embeddings,
            position_ids=positions,
            past_key_values=cache,
            use_cache=cache is not None,
            fusion=fusion,
        )
        return outputs.last_hidden_state

    def gradient_checkpointing_enable(self) -> None:
        """Compute the layers that train twice instead of keeping what they gave."""
        parts: list[PreTrainedModel] = [self.language_model]
        if not self.config.spatial.is_frozen:
            parts.append(self.spatial_encoder.vit)
        if self.temporal_encoder and not self.config.temporal.is_frozen:
            parts.append(self.temporal_encoder.timesformer)
        for part in parts:
            # Its name in older and in newer releases of transformers.
            old = part.gradient_checkpointing_enable
            enable = getattr(part, "activation_checkpointing_enable", old)
            enable({"use_reentrant": False})

    def _project(
        self, tokens: Tensor, own: Projector | None, other: Projector | None
    ) -> Tensor:
        """By the branch's own projector, or by the other's where it was taken out."""
        for projector in (own, other):
            if projector is not None:
                projected: Tensor = projector(tokens)
                return projected
        message = "A network needs a projector."
        raise ConfigError(message)

    def _embed(self, input_ids: Tensor, layout: Layout, spatial: Tensor) -> Tensor:
        """(batch, main, hidden): words, boundaries and spatial tokens."""
        embed = self.language_model.get_input_embeddings()
        words = embed(input_ids.clamp(max=self.config.language.vocabulary_size - 1))
        boundaries = self.boundaries.to(words.dtype)
        for row, token in enumerate((self.config.video_id, self.config.separator_id)):
            is_here = (input_ids == token).unsqueeze(-1)
            words = torch.where(is_here, boundaries[row], words)
        spatial = spatial.flatten(0, 1).to(words.dtype)
        if len(spatial) != int(layout.is_spatial.sum()):
            message = (
                f"The batch has {len(spatial)} spatial tokens, its sequences have room "
                f"for {int(layout.is_spatial.sum())}."
            )
            raise ValueError(message)
        return words.masked_scatter(layout.is_spatial.unsqueeze(-1), spatial)

    def _answer_logits(self, hidden: Tensor, labels: Tensor) -> Tensor:
        """Of the answers' tokens alone: the rest never meets the vocabulary."""
        is_answer = labels[:, 1:] != IGNORED_LABEL
        logits: Tensor = self.language_model.lm_head(hidden[:, :-1][is_answer])
        return logits.float()


def _loss(logits: Tensor, labels: Tensor, divisor: Tensor | int | None) -> Tensor:
    is_answer = labels != IGNORED_LABEL
    total = functional.cross_entropy(logits, labels[is_answer], reduction="sum")
    return total / (is_answer.sum() if divisor is None else divisor)


def exact_rows(logits: Tensor, labels: Tensor) -> Tensor:
    """Whether the likeliest words of each row are its answer, to its last token.

    Args:
        logits: (answer tokens of all rows, vocabulary), row by row.
        labels: (batch, tokens) what each place should foresee, else -100.

    Returns:
        (batch,) booleans; greedy decoding writes the answer where true.
    """
    is_answer = labels != IGNORED_LABEL
    is_wrong = logits.argmax(dim=-1) != labels[is_answer]
    rows = is_answer.nonzero()[:, 0]
    return torch.bincount(rows[is_wrong], minlength=len(labels)) == 0


def sums_by_row(logits: Tensor, labels: Tensor) -> Tensor:
    """Log-probability of each row's answer.

    Args:
        logits: (answer tokens of all rows, vocabulary), row by row.
        labels: (batch, tokens) what each place should foresee, else -100.

    Returns:
        (batch,) in nats.
    """
    is_answer = labels != IGNORED_LABEL
    each = -functional.cross_entropy(logits, labels[is_answer], reduction="none")
    rows = is_answer.nonzero()[:, 0]
    sums = torch.zeros(len(labels), dtype=each.dtype, device=each.device)
    return sums.index_add(0, rows, each)
