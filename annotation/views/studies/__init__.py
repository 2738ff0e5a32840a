"""Researchers' pages of a study."""
