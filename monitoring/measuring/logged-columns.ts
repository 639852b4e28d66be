import type { ContextColumn, ModelManifest, MonitorSpec } from '../../contracts/index.js';
import {
  type LoggedInput,
  lookedUpColumn,
  probabilityColumn,
} from '../../models/predictions/ports.js';

/** Columns besides the inputs that slices and fairness are about, by name. */
export function groupingColumns({ slices = [], fairness = [] }: MonitorSpec): readonly string[] {
  const names = [
    ...slices.flatMap(({ where }) => where.map(({ column }) => column)),
    ...fairness.map(({ column }) => column),
  ];
  return [...new Set(names)];
}

/**
 * What measuring may ask the log for: every input, the context that the monitor looks at, and the
 * probability of each class.
 */
export function loggedColumns(
  { signature, features = [] }: Pick<ModelManifest, 'signature' | 'features'>,
  spec: MonitorSpec,
): readonly LoggedInput[] {
  const { inputs, context, output } = signature;
  const compared = spec.featureSkew === undefined ? [] : features;
  const keys = compared.flatMap(({ definition }) => definition.entity);
  const asked = new Set([...groupingColumns(spec), ...keys]);
  const beside = context
    .filter(({ name }) => asked.has(name) && !inputs.some((input) => input.name === name))
    .map(({ name, kind }) => ({ name, kind: loggedKind(kind), from: 'context' }) as const);
  const probabilities = (output.classes ?? []).map((_, index) => {
    const name = probabilityColumn(index);
    return { name, kind: 'number', from: 'probabilities', index } as const;
  });
  const lookedUp = compared.flatMap(({ columns }) =>
    columns.map((feature) => {
      const name = lookedUpColumn(feature);
      return { name, kind: 'boolean', from: 'lookedUp', feature } as const;
    }),
  );
  return [...inputs, ...beside, ...probabilities, ...lookedUp];
}

/** A time is text in the log. */
function loggedKind(kind: ContextColumn['kind']): LoggedInput['kind'] {
  return kind === 'timestamp' ? 'string' : kind;
}
