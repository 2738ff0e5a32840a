"""What every engine speaks: requests in, answers or typed errors out.

Knows neither Django nor torch, so that the web can read it too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from corpus.media.strips import Frames


class Reason(StrEnum):
    """Why there is no comment; stored with the job and shown."""

    # The video.
    UNDECODABLE = "undecodable"
    # The model.
    OUT_OF_MEMORY = "out_of_memory"
    REFUSED = "refused"
    EMPTY = "empty"
    INELIGIBLE = "ineligible"
    BAD_OUTPUT = "bad_output"
    # What runs the model.
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    DEVICE_BROKEN = "device_broken"
    RATE_LIMITED = "http_429"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"
    MISCONFIGURED = "misconfigured"


_RETRYABLE = {
    Reason.OUT_OF_MEMORY,
    Reason.TIMEOUT,
    Reason.CRASHED,
    Reason.DEVICE_BROKEN,
    Reason.RATE_LIMITED,
    Reason.SERVER_ERROR,
    Reason.UNAVAILABLE,
}


class EngineError(Exception):
    """No comment for one request, or no engine at all.

    Attributes:
        reason: Stable across releases.
        message: One sentence for a person: what happened and what to do. Carries no
            key, no header and no text of the model.
        retryable: The same request may succeed later, or on another machine.
    """

    def __init__(
        self, reason: Reason, message: str, *, retryable: bool | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.retryable = reason in _RETRYABLE if retryable is None else retryable


@dataclass(frozen=True, eq=False)
class Request:
    """One comment, or another answer, that is wanted.

    Attributes:
        key: The caller's own name for it, given back with the answer.
        frames: What is seen; without images, the words alone are asked, of engines
            whose kind takes that.
        thinned: The whole video in smaller frames, for entries that ask for it.
        seed: Of this request alone: what else is in the batch draws nothing from it.
    """

    key: str
    frames: Frames
    prompt: str
    system: str | None
    seed: int
    thinned: Frames | None = None


@dataclass(frozen=True)
class Decoding:
    """How the words are chosen.

    Attributes:
        temperature: 0 takes the likeliest word each time.
        reasoning_tokens: Room for hidden thought, beside `max_new_tokens` of comment;
            0 for models that do not think aloud.
    """

    max_new_tokens: int = 160
    temperature: float = 0.0
    top_p: float = 1.0
    reasoning_tokens: int = 0

    @property
    def do_sample(self) -> bool:
        return self.temperature > 0


@dataclass(frozen=True)
class Answer:
    """What came of one request: a raw text, or an error.

    Attributes:
        text: As the model wrote it, nothing removed; empty beside an error.
        token_count: Tokens written; 0 where the engine does not tell.
        prompt_token_count: Tokens read, those of the video included.
        is_unfinished: The tokens that the entry allows were spent before its end.
        seconds: From taking the request up to its answer; requests of one batch share.
        batch_size: How many requests the model worked on together.
        scores: Log-probabilities of the texts that were to be scored, if any were.
    """

    key: str
    text: str = ""
    token_count: int = 0
    prompt_token_count: int = 0
    is_unfinished: bool = False
    seconds: float = 0.0
    batch_size: int = 1
    scores: tuple[float, ...] = ()
    error: EngineError | None = None


@dataclass(frozen=True)
class Capabilities:
    """What an engine takes.

    Attributes:
        max_batch: Requests that are worth giving to one call of `generate`.
        takes_system: A system text is passed on rather than put before the prompt.
        counts_tokens: `token_count` is told.
        is_seeded: The seed of a request shapes its answer.
    """

    max_batch: int
    takes_system: bool = True
    counts_tokens: bool = True
    is_seeded: bool = True


@dataclass(frozen=True)
class Identity:
    """What wrote a comment, to be stored beside it.

    Attributes:
        engine: Name and version of the code, libraries included.
        checkpoint: Folder or remote name of the weights.
        revision: Commit of the repository they came from; empty where unknown.
        content_hash: Of the files on disk; empty where there are none here.
        device: Where it ran, with the number of devices.
        gpu, driver, cuda: The accelerator's model, its driver's version and the CUDA
            that torch was built for; empty without.
        packages: Versions of what the answer depends on, by name.
        environment: Hash of all that is installed in a separate environment.
    """

    engine: str
    checkpoint: str
    revision: str = ""
    content_hash: str = ""
    dtype: str = ""
    quantisation: str = ""
    device: str = ""
    gpu: str = ""
    driver: str = ""
    cuda: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    environment: str = ""


@dataclass(frozen=True)
class Site:
    """What this installation has, as its settings say.

    Attributes:
        checkpoint_root: Folder of checkpoints, one folder a registry key.
        http_base_urls: The only addresses to which frames may be sent.
        http_concurrency: Most requests in flight to one address.
        http_attempts: How often one request is made while it may help.
        http_first_wait_s: Wait after its first failure; each further one doubles it.
        environments: Python programs of separate environments, by the name that
            registry entries use.
        devices: The accelerators to use, "cuda:0" say; empty: all there are, or else
            the processor.
    """

    checkpoint_root: Path
    http_base_urls: tuple[str, ...] = ()
    http_concurrency: int = 64
    http_attempts: int = 6
    http_first_wait_s: float = 0.5
    environments: dict[str, Path] = field(default_factory=dict)
    devices: tuple[str, ...] = ()


class Engine(Protocol):
    """Runs one registry entry."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def identity(self) -> Identity:
        """Complete only after `prepare`."""
        ...

    def prepare(self) -> None:
        """Load what is needed; a second call does nothing.

        Raises:
            EngineError: It cannot run here; the message says what is missing.
        """
        ...

    def generate(self, requests: Sequence[Request]) -> Iterator[Answer]:
        """One answer a request, each as soon as it is there, in any order.

        An error of one request is in its answer and harms no other.

        Raises:
            EngineError: The engine itself is lost. Requests without an answer by then
                may be given to a newly opened engine.
        """
        ...

    def close(self) -> None:
        """Give back memory and processes; the engine is not used again."""
        ...


@runtime_checkable
class ScoringEngine(Engine, Protocol):
    """An engine that also says how likely it finds words; not every kind does."""

    def token_counts(self, continuations: Sequence[str]) -> list[int]:
        """In how many tokens each text is spelt."""
        ...

    def score(self, request: Request, continuations: Sequence[str]) -> list[float]:
        """Log-probability of each text as what follows the request.

        Of texts that are spelt alike, all but the first have minus infinity.

        Raises:
            EngineError: Of this request; of the engine itself if its device is broken.
        """
        ...
