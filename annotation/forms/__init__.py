"""Input of pages: one module a subject."""
