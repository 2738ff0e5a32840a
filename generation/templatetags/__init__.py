"""Template filters of generation."""
