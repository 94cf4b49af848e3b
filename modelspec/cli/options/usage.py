"""A command line that asks for what cannot be. Knows nothing of what reads it: the checks of its values raise this."""


class WrongUsage(Exception):
    """What is wrong with the value that `hint` names, an option or an argument."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
