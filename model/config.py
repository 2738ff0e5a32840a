"""What a MIMIC-Chat is made of: every choice of the network as a field with its reason.

A config travels with each checkpoint as JSON and can be written by hand as TOML.
"""

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

from model.plain_values import ConfigError, from_plain

GateForm = Literal["tanh_adapter", "attention_bias"]
VisualLayout = Literal["frames", "block"]
Rgb = tuple[float, float, float]

# What InternVL2.5 is told that it is, in its published conversation template.
SYSTEM_TEXT = (
    "你是书生·万象，英文名是InternVL，是由上海人工智能实验室、清华大学及多家合作单位"
    "联合开发的多模态大语言模型。"
)


@dataclass(frozen=True)
class SpatialConfig:
    """What the spatial branch sees, and InternViT (the paper's, 300M at 448 pixels).

    Attributes:
        frame_count: Frames drawn evenly from the video; 8 in the paper.
        image_size: Side of a tile in pixels.
        max_patches: Tiles that a video's frames share: each frame gets
            `max(1, max_patches // frames)`, InternVL's rule.
        with_thumbnail: Add the whole frame where it was cut into several tiles.
        shuffle: Sides of the square of patches that pixel shuffle makes one token of.
        mean, std: Of ImageNet, as InternViT was trained.
        is_frozen: The encoder does not train. The paper freezes it; small networks
            without published weights must train theirs.
    """

    frame_count: int = 8
    image_size: int = 448
    patch_size: int = 14
    max_patches: int = 6
    with_thumbnail: bool = True
    shuffle: int = 2
    hidden_size: int = 1024
    layer_count: int = 24
    head_count: int = 16
    intermediate_size: int = 4096
    mean: Rgb = (0.485, 0.456, 0.406)
    std: Rgb = (0.229, 0.224, 0.225)
    is_frozen: bool = True

    @property
    def tokens_per_tile(self) -> int:
        """256 at full size: (448 / 14 / 2) squared."""
        return (self.image_size // self.patch_size // self.shuffle) ** 2

    @property
    def token_width(self) -> int:
        """4096 at full size: a square of four patches of 1024."""
        return self.hidden_size * self.shuffle**2


@dataclass(frozen=True)
class TemporalConfig:
    """What the temporal branch sees, and TimeSformer (divided space-time attention).

    Attributes:
        max_frames: The full sequence up to here; a longer one is thinned evenly (our
            choice: the paper gives no limit).
        clip_length: Frames that attend to each other; the published encoder's 8.
        mean, std: As the published encoder was trained.
        is_frozen: As for the spatial encoder.
    """

    max_frames: int = 96
    clip_length: int = 8
    image_size: int = 224
    patch_size: int = 16
    hidden_size: int = 768
    layer_count: int = 12
    head_count: int = 12
    intermediate_size: int = 3072
    mean: Rgb = (0.45, 0.45, 0.45)
    std: Rgb = (0.225, 0.225, 0.225)
    is_frozen: bool = True


@dataclass(frozen=True)
class LanguageConfig:
    """The language model in the Llama layout; by default InternLM2-Chat's shape.

    Attributes:
        max_tokens: Of one whole sequence: visual tokens, instruction and answer.
        is_frozen: Its own weights do not train (adapters are another matter).
    """

    vocabulary_size: int = 92553
    hidden_size: int = 4096
    intermediate_size: int = 14336
    layer_count: int = 32
    head_count: int = 32
    key_head_count: int = 8
    rope_theta: float = 1e6
    norm_eps: float = 1e-5
    has_tied_embeddings: bool = False
    max_tokens: int = 4096
    is_frozen: bool = True


@dataclass(frozen=True)
class LoraSettings:
    """Adapters on the attention's projections; rank, alpha and dropout are ours."""

    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj")


@dataclass(frozen=True)
class GateConfig:
    """How much text attends to temporal tokens, one learnt scalar a layer.

    Attributes:
        form: `tanh_adapter`: a second softmax over the temporal keys, added with
            tanh(g). `attention_bias`: one softmax, log sigmoid(g) added to the
            temporal keys' logits.
        start: g before training. At 0 the adapter adds nothing, so training starts from
            the spatial network; a bias starts near -2.
    """

    form: GateForm = "tanh_adapter"
    start: float = 0.0


@dataclass(frozen=True)
class Ablation:
    """What to take out; one flag a variant of the supplement's table A.

    Attributes:
        no_lora: No adapters; the language model is frozen, projectors train.
        no_temporal_encoder: The spatial branch alone.
        no_temporal_projector: Temporal tokens go through the spatial projector.
        no_spatial_projector: Spatial tokens go through the temporal projector.
    """

    no_lora: bool = False
    no_temporal_encoder: bool = False
    no_temporal_projector: bool = False
    no_spatial_projector: bool = False


@dataclass(frozen=True)
class TextFormat:
    """How a video, an instruction and its answer are written.

    The default is the format that InternVL2.5 was trained with, where a question about
    a video has a line for each frame:

        start, before, Frame-1: <img> spatial </img>
        Frame-2: <img> spatial </img>
        instruction, after, answer

    [VID] takes the place of the first `<img>` and [SEP] that of the last `</img>`, and
    their rows start as copies of these. So the paper's order holds, and before training
    the network answers as the published base does.

    Attributes:
        layout: `frames` is the above. `block` writes [VID], all spatial tokens and
            [SEP] before `before`, without lines for frames.
        before: Goes before the instruction; by default with InternVL2.5's system text.
        after: Goes between instruction and answer.
        frame: Opens a frame's line, with its number from 1.
        image_start: Goes before a frame's spatial tokens.
        image_end: Goes after them.
        answer_end: The token that closes an answer; generation stops at it.
        start: The token that opens each sequence.
        padding: The token that fills up shorter sequences of a batch.
    """

    layout: VisualLayout = "frames"
    before: str = f"<|im_start|>system\n{SYSTEM_TEXT}<|im_end|>\n<|im_start|>user\n"
    after: str = "<|im_end|>\n<|im_start|>assistant\n"
    frame: str = "Frame-{}: "
    image_start: str = "<img>"
    image_end: str = "</img>"
    answer_end: str = "<|im_end|>"
    start: str = "<s>"
    padding: str = "</s>"

    @property
    def tokens(self) -> tuple[str, ...]:
        """What must be one token each, or a prompt is not what the network learnt."""
        marks = re.findall(r"</?\|?\w+\|?>", self.before + self.after)
        if self.layout == "frames":
            marks += [self.image_start, self.image_end]
        return tuple(dict.fromkeys([self.start, self.padding, self.answer_end, *marks]))


@dataclass(frozen=True)
class MimicChatConfig:
    """The whole network.

    Attributes:
        name: What the config is called in summaries: "8b", "nano", or your own.
        projector_std: Of the projectors' random weights; their biases start at zero.
    """

    name: str = "8b"
    spatial: SpatialConfig = field(default_factory=SpatialConfig)
    temporal: TemporalConfig = field(default_factory=TemporalConfig)
    language: LanguageConfig = field(default_factory=LanguageConfig)
    lora: LoraSettings = field(default_factory=LoraSettings)
    gate: GateConfig = field(default_factory=GateConfig)
    ablation: Ablation = field(default_factory=Ablation)
    text: TextFormat = field(default_factory=TextFormat)
    projector_std: float = 0.02

    def __post_init__(self) -> None:
        for is_wrong, message in _contradictions(self):
            if is_wrong:
                raise ConfigError(message)

    @property
    def has_temporal_branch(self) -> bool:
        return not self.ablation.no_temporal_encoder

    @property
    def has_adapters(self) -> bool:
        return not self.ablation.no_lora

    @property
    def video_id(self) -> int:
        """[VID] in `input_ids`. Ids past the vocabulary stand for what is no word."""
        return self.language.vocabulary_size

    @property
    def separator_id(self) -> int:
        """[SEP] in `input_ids`."""
        return self.language.vocabulary_size + 1

    @property
    def spatial_id(self) -> int:
        """The place of one spatial token in `input_ids`."""
        return self.language.vocabulary_size + 2

    @property
    def max_tiles_per_video(self) -> int:
        """The most tiles that any video becomes."""
        patches = max(1, self.spatial.max_patches // self.spatial.frame_count)
        thumbnail = int(self.spatial.with_thumbnail and patches > 1)
        return self.spatial.frame_count * (patches + thumbnail)

    @property
    def max_visual_tokens(self) -> int:
        """The most visual tokens of any video, [VID] and [SEP] counted."""
        spatial = self.max_tiles_per_video * self.spatial.tokens_per_tile
        temporal = self.temporal.max_frames if self.has_temporal_branch else 0
        return spatial + temporal + 2

    def with_ablation(self, **flags: bool) -> Self:
        """The same network with these ablation flags set."""
        return replace(self, ablation=replace(self.ablation, **flags))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def save(self, path: Path) -> None:
        """Write the config as JSON."""
        path.write_text(json.dumps(self.as_dict(), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """A config from plain values; what is not named keeps its default.

        Raises:
            ConfigError: An unknown field, a value of the wrong kind, contradictions.
        """
        return from_plain(cls, values)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a config from a .toml or .json file."""
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        return cls.from_dict(values)


def _contradictions(config: MimicChatConfig) -> list[tuple[bool, str]]:
    flags, language = config.ablation, config.language
    grid = config.spatial.image_size // config.spatial.patch_size
    return [
        (
            flags.no_temporal_projector and flags.no_spatial_projector,
            "One projector must stay: set only one of the two projector ablations.",
        ),
        (
            flags.no_temporal_encoder
            and (flags.no_temporal_projector or flags.no_spatial_projector),
            "Without the temporal encoder there is no second projector to take out.",
        ),
        (
            config.spatial.image_size % config.spatial.patch_size != 0
            or grid % config.spatial.shuffle != 0,
            "The tile's side must be a multiple of patch_size * shuffle.",
        ),
        (
            config.temporal.image_size % config.temporal.patch_size != 0,
            "The temporal image_size must be a multiple of its patch_size.",
        ),
        (
            language.head_count % language.key_head_count != 0
            or language.hidden_size % language.head_count != 0,
            "hidden_size divides into head_count, head_count into key_head_count.",
        ),
        (
            config.max_visual_tokens >= language.max_tokens,
            _no_room(config),
        ),
    ]


def _no_room(config: MimicChatConfig) -> str:
    return (
        f"{config.max_visual_tokens} visual tokens leave no room for text in "
        f"{config.language.max_tokens}: fewer frames, patches, or a longer sequence."
    )
