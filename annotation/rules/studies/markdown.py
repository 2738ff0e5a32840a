"""Guidelines, consent and help texts: Markdown from a researcher to safe HTML."""

from functools import lru_cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# HTML in the text stays text, links lead nowhere but to web and mail addresses, and
# nothing is loaded from elsewhere (the security policy would refuse it).
_MARKDOWN = MarkdownIt("js-default").disable("image")


def _below_the_page_heading(
    self: RendererHTML,
    tokens: list[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """One level down: the page has its own first heading."""
    level = min(int(tokens[index].tag[1:]) + 1, 6)
    tokens[index].tag = f"h{level}"
    return self.renderToken(tokens, index, options, env)


def _without_style(
    self: RendererHTML,
    tokens: list[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    """A cell's alignment is an inline style, which the security policy forbids."""
    tokens[index].attrs.pop("style", None)
    return self.renderToken(tokens, index, options, env)


for _name in ("heading_open", "heading_close"):
    _MARKDOWN.add_render_rule(_name, _below_the_page_heading)
for _name in ("th_open", "td_open"):
    _MARKDOWN.add_render_rule(_name, _without_style)


@lru_cache(maxsize=128)
def render_markdown(text: str) -> SafeString:
    """HTML of a Markdown text; whatever the text contains, no script and no style."""
    return SafeString(_MARKDOWN.render(text))
