"""Template tags of the annotation package."""
