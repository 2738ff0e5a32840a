"""What goes wrong with builds, replies and files of results."""


class TasksError(Exception):
    """Something cannot be done; the message names it and says what to do."""
