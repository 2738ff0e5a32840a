"""Blindness as a security property: nothing but the text may tell a source."""
