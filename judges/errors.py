"""What can go wrong with a judge, told in one sentence."""


class JudgeError(Exception):
    """No such judge can be had; the message says why and what to do."""
