"""Reads: the judgments by COPY, and what reports say of a study beside them."""
