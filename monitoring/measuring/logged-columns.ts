import type { ContextColumn, ModelSignature, MonitorSpec } from '../../contracts/index.js';
import type { LoggedInput } from '../../models/predictions/ports.js';

/** Columns besides the inputs that slices and fairness are about, by name. */
export function groupingColumns({ slices = [], fairness = [] }: MonitorSpec): readonly string[] {
  const names = [
    ...slices.flatMap(({ where }) => where.map(({ column }) => column)),
    ...fairness.map(({ column }) => column),
  ];
  return [...new Set(names)];
}

/** What measuring may ask the log for: every input, and the context that the monitor looks at. */
export function loggedColumns(
  { inputs, context }: ModelSignature,
  spec: MonitorSpec,
): readonly LoggedInput[] {
  const asked = new Set(groupingColumns(spec));
  const beside = context
    .filter(({ name }) => asked.has(name) && !inputs.some((input) => input.name === name))
    .map(({ name, kind }) => ({ name, kind: loggedKind(kind), from: 'context' }) as const);
  return [...inputs, ...beside];
}

/** A time is text in the log. */
function loggedKind(kind: ContextColumn['kind']): LoggedInput['kind'] {
  return kind === 'timestamp' ? 'string' : kind;
}
