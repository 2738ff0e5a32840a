"""What models behind a server cost: an estimate before, a count after (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass

from generation.prompts import prompt
from generation.registry import Entry

_MILLION = 1_000_000
_TOKENS_PER_WORD = 1.5


@dataclass(frozen=True)
class Cost:
    """Tokens and dollars; the dollars are None where the entry states no price."""

    input_tokens: int
    output_tokens: int
    usd: float | None

    def __str__(self) -> str:
        tokens = f"{self.input_tokens + self.output_tokens:,} tokens"
        return tokens if self.usd is None else f"at most {self.usd:,.2f} USD, {tokens}"


def total_cost(costs: Iterable[Cost]) -> Cost:
    """The sum; in dollars only where every part is known."""
    parts = list(costs)
    prices = [part.usd for part in parts if part.usd is not None]
    return Cost(
        sum(part.input_tokens for part in parts),
        sum(part.output_tokens for part in parts),
        sum(prices) if len(prices) == len(parts) else None,
    )


def prices_as_of(entries: Iterable[Entry]) -> str:
    """The oldest date of their prices, as YYYY-MM or YYYY-MM-DD; empty if one has none.

    Entries without a price count for nothing.
    """
    charged = [entry for entry in entries if entry.is_charged]
    dates = [str(entry.options.get("prices_as_of", "")) for entry in charged]
    return min(dates, default="")


def estimated_cost(entry: Entry, video_count: int) -> Cost:
    """The most that a number of videos costs: every answer as long as allowed."""
    words = len(prompt(entry.prompt_version).text.split())
    per_frame = int(entry.options.get("input_tokens_per_frame", 0))
    frames = entry.frames_policy.most_frames
    each_in = round(words * _TOKENS_PER_WORD) + per_frame * frames
    each_out = entry.decoding.max_new_tokens + entry.decoding.reasoning_tokens
    return counted_cost(entry, video_count * each_in, video_count * each_out)


def counted_cost(entry: Entry, input_tokens: int, output_tokens: int) -> Cost:
    """What that many tokens cost."""
    per_input = entry.options.get("usd_per_million_input_tokens")
    per_output = entry.options.get("usd_per_million_output_tokens")
    if per_input is None or per_output is None:
        return Cost(input_tokens, output_tokens, None)
    usd = (input_tokens * per_input + output_tokens * per_output) / _MILLION
    return Cost(input_tokens, output_tokens, usd)
