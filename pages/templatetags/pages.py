"""Template tags that every app's pages share: tables, tabs, breadcrumbs."""

from django import template
from django.forms.utils import flatatt
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from pages.localising import known_text

register = template.Library()


@register.filter
def translated(text: str) -> str:
    """One of our own texts that is kept in English, such as an instrument's title."""
    return known_text(text)


@register.simple_block_tag
def scrolling(content: SafeString, label: str, **attributes: str) -> SafeString:
    """Let a wide table scroll by itself, by touch and by keyboard.

    {% scrolling _("Videos") %}<table>...</table>{% endscrolling %}; further attributes
    by name: id="live-annotators", class="matrix".
    """
    css = " ".join(["table-scroll", *attributes.pop("class", "").split()])
    own = {"class": css, "tabindex": "0", "role": "region", "aria-label": label}
    return format_html("<div{}>{}</div>", flatatt({**attributes, **own}), content)


@register.simple_block_tag
def tabs(content: SafeString, label: str) -> SafeString:
    """The pages of one subject: {% tabs _("Corpus") %}{% tab ... %}{% endtabs %}."""
    return _labelled("nav", content, {"class": "tabs", "aria-label": label})


@register.simple_block_tag
def choices(content: SafeString, label: str) -> SafeString:
    """The views of one list.

    {% choices _("Show") %}{% choice ... %}{% choice ... %}{% endchoices %}
    """
    return _labelled(
        "p", content, {"class": "filter", "role": "group", "aria-label": label}
    )


@register.simple_block_tag
def breadcrumbs(content: SafeString) -> SafeString:
    """The way back.

    {% breadcrumbs %}{% crumb ... %}{% here ... %}{% endbreadcrumbs %}
    """
    items = format_html("<ol>{}</ol>", content)
    label = gettext("Breadcrumbs")
    return _labelled("nav", items, {"class": "breadcrumbs", "aria-label": label})


def _labelled(
    element: str, content: SafeString, attributes: dict[str, str]
) -> SafeString:
    return format_html("<{}{}>{}</{}>", element, flatatt(attributes), content, element)


@register.simple_tag(takes_context=True)
def tab(context: Context, view: str, label: str, *args: object) -> SafeString:
    """Link to a view; it is the current tab while that view is shown.

    {% tab "corpus:videos" _("Videos") %}
    """
    match = context["request"].resolver_match
    is_current = match is not None and match.view_name == view
    return _link(reverse(view, args=args), label, "page" if is_current else "")


@register.simple_tag(takes_context=True)
def sorted_by(
    context: Context, name: str, label: str, chosen: str | None, *, number: bool = False
) -> SafeString:
    """Head of a column by which the table can be sorted; again turns it round.

    {% sorted_by "likes" _("Likes") request.GET.sort number=True %}: the parameter
    `sort` is `likes` or `-likes`. Text begins with A, a number with the most.
    """
    query = context["request"].GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{name}" if chosen == name else name
    attributes = {"scope": "col"}
    if number:
        attributes["class"] = "number"
    if chosen in (name, f"-{name}"):
        is_descending = (chosen == name) == number
        attributes["aria-sort"] = "descending" if is_descending else "ascending"
    return format_html(
        '<th{}><a class="sort" href="?{}">{}</a></th>',
        flatatt(attributes),
        query.urlencode(),
        label,
    )


@register.simple_tag
def choice(address: str, label: str, is_chosen: object) -> SafeString:
    """Link to another view of the same list: {% choice "?" _("All") not_filtered %}."""
    return _link(address, label, "true" if is_chosen else "")


def _link(address: str, label: str, current: str) -> SafeString:
    attribute = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<a href="{}"{}>{}</a>', address, attribute, label)


@register.simple_tag
def crumb(view: str, label: str, *args: object) -> SafeString:
    """One step of the breadcrumbs: {% crumb "corpus:videos" _("Corpus") %}."""
    return format_html(
        '<li><a href="{}" dir="auto">{}</a></li>', reverse(view, args=args), label
    )


@register.simple_tag
def here(label: str) -> SafeString:
    """Name the page itself, as the last of the breadcrumbs."""
    return format_html('<li aria-current="page"><bdi>{}</bdi></li>', label)
