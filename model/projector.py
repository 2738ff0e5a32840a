"""From an encoder's width to the language model's."""

from torch import Tensor, nn
from torch.nn import functional


class Projector(nn.Module):
    """LayerNorm, Linear, GELU, Linear: InternVL's projector (arXiv:2404.16821)."""

    def __init__(self, in_width: int, out_width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(in_width)
        self.linear_1 = nn.Linear(in_width, out_width)
        self.linear_2 = nn.Linear(out_width, out_width)

    @property
    def in_width(self) -> int:
        return self.norm.normalized_shape[0]

    def forward(self, tokens: Tensor) -> Tensor:
        """Project tokens: (..., any width) to (..., out width).

        Tokens of the other branch, whose projector was taken out, first get this
        one's width without parameters.
        """
        # Projectors may be kept more exactly than the frozen encoders before them.
        tokens = fit_width(tokens, self.in_width).to(self.norm.weight.dtype)
        hidden = functional.gelu(self.linear_1(self.norm(tokens)))
        projected: Tensor = self.linear_2(hidden)
        return projected


def fit_width(tokens: Tensor, width: int) -> Tensor:
    """Tokens made `width` wide: zeros added, or neighbouring values averaged.

    Args:
        tokens: (batch, tokens, any width).
        width: Of the result.
    """
    own = tokens.shape[-1]
    if own < width:
        return functional.pad(tokens, (0, width - own))
    if own > width:
        return functional.adaptive_avg_pool1d(tokens, width)
    return tokens
