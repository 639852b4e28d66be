"""Which columns a step changes, and how: those named, and all others of a kind."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from millrace_training.errors import BadInput

from .table import kinds_of, require_column

_NUMBERS = ("number", "integer")


def choices_of(table: pa.Table, values: dict[str, Any]) -> dict[str, Any]:
    """Column → what is wanted of it, in the order of the table."""
    named = values.get("columns") or {}
    left_alone = left_alone_of(table, values)
    for name in named:
        require_column(table, name, "columns")
        if name in left_alone:
            raise BadInput(f"columns: {name} is the target or excluded; name it in one place")
    wanted: dict[str, Any] = {}
    for name, kind in kinds_of(table).items():
        other = values.get("numbers") if kind in _NUMBERS else None
        if kind == "string":
            other = values.get("texts")
        choice = named.get(name, None if name in left_alone else other)
        if choice is not None:
            wanted[name] = choice
    if not wanted:
        raise BadInput("no column is left to change; look at columns, numbers, texts and exclude")
    return wanted


def left_alone_of(table: pa.Table, values: dict[str, Any]) -> set[str]:
    names = list(values.get("exclude") or [])
    target = values.get("target")
    for option, name in (*(("exclude", name) for name in names), ("target", target)):
        if name is not None and name not in table.column_names:
            require_column(table, name, option)
    return {*names, *([] if target is None else [target])}


def split_choice(choice: Any) -> tuple[str, Any]:
    """A word, or a mapping with a single key: its name, and what it holds."""
    if isinstance(choice, str):
        return choice, None
    [(name, options)] = choice.items()
    return name, options


def require_kind(kind: str, wanted: Callable[[str], bool], column: str, what: str, hint: str) -> None:
    if not wanted(kind):
        raise BadInput(f"columns: {column} holds {kind} values, and {what}; {hint}")
