import type {
  ContextColumn,
  FeatureUse,
  ModelManifest,
  MonitorSpec,
} from '../../contracts/index.js';
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
  const asked = new Set([...groupingColumns(spec), ...compared.flatMap(keysOf)]);
  const beside = context
    .filter(({ name }) => asked.has(name) && !inputs.some((input) => input.name === name))
    .map(besideInputs);
  const probabilities = (output.classes ?? []).map((_, index) => {
    const name = probabilityColumn(index);
    return { name, kind: 'number', from: 'probabilities', index } as const;
  });
  return [...inputs, ...beside, ...probabilities, ...compared.flatMap(lookedUpColumns)];
}

/** What of the log says which features a version was given: they, their keys, and which were looked up. */
export function loggedFeatures({
  signature,
  features = [],
}: Pick<ModelManifest, 'signature' | 'features'>): readonly LoggedInput[] {
  const keys = new Set(features.flatMap(keysOf));
  const columns = new Set([...keys, ...features.flatMap((use) => use.columns)]);
  const inputs = signature.inputs.filter(({ name }) => columns.has(name));
  const beside = signature.context.filter(
    ({ name }) => keys.has(name) && !inputs.some((input) => input.name === name),
  );
  return [...inputs, ...beside.map(besideInputs), ...features.flatMap(lookedUpColumns)];
}

function keysOf({ definition }: FeatureUse): readonly string[] {
  return definition.entity;
}

function lookedUpColumns({ columns }: FeatureUse): readonly LoggedInput[] {
  return columns.map((feature) => ({
    name: lookedUpColumn(feature),
    kind: 'boolean',
    from: 'lookedUp',
    feature,
  }));
}

function besideInputs({ name, kind }: ContextColumn): LoggedInput {
  return { name, kind: loggedKind(kind), from: 'context' };
}

/** A time is text in the log. */
function loggedKind(kind: ContextColumn['kind']): LoggedInput['kind'] {
  return kind === 'timestamp' ? 'string' : kind;
}
