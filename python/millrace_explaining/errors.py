"""What is wrong with the input."""


class BadInput(Exception):
    """The data or a value is wrong; the message says which, where and what to do."""
