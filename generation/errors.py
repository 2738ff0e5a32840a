"""What goes wrong in generation, beside the errors of engines."""


class GenerationError(Exception):
    """Something about models or rounds that a person has to know; the message says."""


class RegistryError(GenerationError):
    """A registry entry that cannot be used; names its file and what to change."""
