"""Researchers' pages of item builds and of what was answered."""
