"""What stops a training run before it starts."""


class TrainingError(Exception):
    """A run that must not start; the message says what to change."""
