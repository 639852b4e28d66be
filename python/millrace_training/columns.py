"""Which columns of a table a model learns from, and which only travel along."""

import sys

import pyarrow as pa

from .errors import BadInput, nearest
from .options import Options

_TIME_COLUMN_KEY = b"millrace.time"


def value_kind(arrow_type: pa.DataType) -> str | None:
    """The kind of value that a column holds; None where millrace has none for it."""
    if pa.types.is_dictionary(arrow_type):
        return value_kind(arrow_type.value_type)
    for kind, checks in (
        ("boolean", (pa.types.is_boolean,)),
        ("integer", (pa.types.is_integer,)),
        ("number", (pa.types.is_floating, pa.types.is_decimal)),
        ("string", (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)),
        ("timestamp", (pa.types.is_timestamp, pa.types.is_date, pa.types.is_time)),
    ):
        if any(check(arrow_type) for check in checks):
            return kind
    return None


def time_column_of(table: pa.Table, options: Options) -> str | None:
    """The column with the role time, else the one that the file's metadata names."""
    declared = [name for name, role in options.context if role == "time"]
    if len(declared) > 1:
        raise BadInput(f"context: more than one column has the role time: {', '.join(declared)}")
    if declared:
        return declared[0]
    name = (table.schema.metadata or {}).get(_TIME_COLUMN_KEY, b"").decode()
    return name if name in table.column_names else None


def feature_names(table: pa.Table, options: Options, time_column: str | None) -> list[str]:
    """The columns to learn from, in the order asked for or the table's."""
    context = [name for name, _ in options.context]
    for option, names in (
        ("features", options.features or ()),
        ("exclude", options.exclude),
        ("context", context),
    ):
        for name in names:
            if name not in table.column_names:
                hint = nearest(name, table.column_names)
                raise BadInput(f"{option}: the data has no column {name}; {hint}")
            if name == options.target and option != "exclude":
                raise BadInput(
                    f"{option}: {name} is the target and cannot be learned from or logged as context"
                )
    if time_column == options.target:
        raise BadInput(f"target: {time_column} is the column of event time")
    apart = {options.target, time_column, *context, *options.exclude}
    names = []
    for name in options.features or table.column_names:
        kind = value_kind(table.schema.field(name).type)
        if options.features is not None and name in apart:
            raise BadInput(f"features: {name} is also excluded, context or the time; name it in one place")
        if name in apart:
            continue
        if kind is None or kind == "timestamp":
            reason = f"{name} is of type {table.schema.field(name).type}, which a model cannot learn from"
            if options.features is not None:
                raise BadInput(f"features: {reason}; derive numbers or text from it")
            print(f"left out: {reason}", file=sys.stderr)
            continue
        names.append(name)
    for name in options.optional:
        if name not in names:
            raise BadInput(f"optional: {name} is not learned from; {nearest(name, names)}")
    if not names:
        raise BadInput("no column is left to learn from; look at features, exclude and context")
    return names


def context_columns(
    table: pa.Table, options: Options, time_column: str | None
) -> tuple[dict[str, str], ...]:
    """As a signature has them: name, role and kind; the time first."""
    roles = dict(options.context)
    if time_column is not None:
        roles = {time_column: "time", **roles}
    return tuple(
        {"name": name, "role": role, "kind": value_kind(table.schema.field(name).type) or "string"}
        for name, role in roles.items()
    )
