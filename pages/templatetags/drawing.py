"""Parts of a page that are drawn once for everyone who is shown the same.

Most of a page costs time on every request although it is the same each time. Of such a
part, `{% drawn_once %}` keeps what it drew; what differs from person to person stands
in it as `{% live %}` and is drawn each time:

    {% drawn_once study=sheet.study total=sheet.total %}
      ... {{ total }} ... {% live %}{{ user.username }}{% endlive %} ...
    {% enddrawn_once %}

Nothing of one person can stay for the next: outside `live`, the part knows only the
values that it names, and they, with the language, decide what it is drawn again for.
Inside, everything is known that is known around it.
"""

import re
import secrets
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Final

from django import template
from django.template import Context, Engine, NodeList, Template, TemplateSyntaxError
from django.template.base import FilterExpression, Node, Parser, Token, token_kwargs
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# How many versions of one part a process keeps: studies, languages, orders of verdicts.
_MOST_KEPT: Final = 128

# The live parts met while a part is drawn, and what stands in their place meanwhile:
# no text can hold a mark that is new in each process.
_LIVE: Final = "_live"
_MARK: Final = secrets.token_hex(8)
_PLACE: Final = re.compile(f"<{_MARK}:(\\d+)>")

# Each with its type: 1 and True are alike, and so are text and markup.
_Values = tuple[tuple[str, type, Hashable], ...]


class DrawnOnceNode(Node):
    """Keeps what it drew for each language and each set of values."""

    def __init__(
        self, nodelist: NodeList, named: Mapping[str, FilterExpression]
    ) -> None:
        self.nodelist = nodelist
        self.named = named
        # The node lives as long as its template does: a changed one draws anew.
        self._drawn = lru_cache(maxsize=_MOST_KEPT)(self._draw)

    def render(self, context: Context) -> SafeString:
        named = {name: e.resolve(context) for name, e in self.named.items()}
        if _LIVE in context:  # within another part, which is kept as a whole
            with context.push(**named):
                return self.nodelist.render(context)
        values = tuple((name, type(value), value) for name, value in named.items())
        engine = context.template.engine  # type: ignore[union-attr]  # set while it renders
        pieces = self._drawn(get_language(), engine, values)
        filled = (p if isinstance(p, str) else p.render(context) for p in pieces)
        # Safe: each piece is what a template drew.
        return mark_safe("".join(filled))  # noqa: S308

    def _draw(
        self, language: str | None, engine: Engine, values: _Values
    ) -> tuple[str | NodeList, ...]:
        """Text and live parts in turn."""
        del language  # translated words depend on it
        live: list[NodeList] = []
        context = Context(
            {name: value for name, _type, value in values} | {_LIVE: live}
        )
        with context.bind_template(Template("", engine=engine)):
            drawn = self.nodelist.render(context)
        texts = _PLACE.split(drawn)
        return tuple(
            live[int(piece)] if index % 2 else piece
            for index, piece in enumerate(texts)
        )


class LiveNode(Node):
    """What is drawn each time, within a part that is drawn once."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        live = context.get(_LIVE)
        if live is None:
            return self.nodelist.render(context)
        live.append(self.nodelist)
        return mark_safe(f"<{_MARK}:{len(live) - 1}>")  # noqa: S308


@register.tag
def drawn_once(parser: Parser, token: Token) -> DrawnOnceNode:
    """{% drawn_once name=value ... %} ... {% enddrawn_once %}."""
    _tag, *bits = token.split_contents()
    named = token_kwargs(bits, parser)
    if bits:
        msg = f"drawn_once takes name=value alone, not {bits[0]!r}."
        raise TemplateSyntaxError(msg)
    nodelist = parser.parse(("enddrawn_once",))
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        msg = "drawn_once can't hold a block: other pages fill it differently."
        raise TemplateSyntaxError(msg)
    return DrawnOnceNode(nodelist, named)


@register.tag
def live(parser: Parser, token: Token) -> LiveNode:
    """{% live %} ... {% endlive %}."""
    del token
    nodelist = parser.parse(("endlive",))
    parser.delete_first_token()
    return LiveNode(nodelist)
