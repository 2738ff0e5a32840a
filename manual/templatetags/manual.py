"""Where a page's help is."""

from django import template
from django.template import Context
from django.urls import reverse

from manual.books import topic_of

register = template.Library()


@register.simple_tag(takes_context=True)
def help_address(context: Context) -> str:
    """The part of the documentation about this page; else its contents."""
    match = context["request"].resolver_match
    name, _, anchor = topic_of(match.view_name if match else "").partition("#")
    if not name:
        return reverse("manual:contents")
    return reverse("manual:page", args=[name]) + (f"#{anchor}" if anchor else "")
