"""Judges: fit, card, gates, estimates, and their pages."""
