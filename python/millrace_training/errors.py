"""What can go wrong in a way that the caller must be told apart."""

import difflib
from collections.abc import Iterable

EX_PARITY = 70
"""Exit code when the exported model does not answer as the trained one does."""

PARITY_MARKER = "ModelParityFailed:"
"""Starts the line on stderr by which activities/steps/train.ts knows a parity failure."""


class BadInput(Exception):
    """The data or a parameter is wrong; the message says which, where and what to do."""


class ParityFailed(Exception):
    """ONNX and scikit-learn disagree beyond the tolerance."""


def nearest(name: str, candidates: Iterable[str]) -> str:
    """A clause that helps with a name that does not exist.

    >>> nearest("rental", ["rentals", "hour"])
    'did you mean rentals?'
    >>> nearest("x", ["rentals", "hour"])
    'there are: rentals, hour'
    """
    known = list(candidates)
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}"
