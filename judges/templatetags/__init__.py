"""Template tags of judges."""
