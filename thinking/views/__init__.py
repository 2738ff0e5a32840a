"""Researchers' pages of item builds."""
