import {
  METRIC_NAMES,
  MillraceError,
  type ModelManifest,
  type MonitorSpec,
} from '../../contracts/index.js';

/**
 * Refuses a monitor that cannot watch this model: it names columns that the model's requests do not
 * have, metrics of another task, or what only classes have. A pipeline file cannot tell, since it
 * does not know the columns; registering is the first moment that does.
 *
 * @throws MillraceError `InvalidInput` with all that does not fit
 */
export function checkMonitor(manifest: ModelManifest, spec: MonitorSpec): void {
  const problems = [...wrongColumns(manifest, spec), ...wrongTask(manifest, spec)];
  if (problems.length === 0) return;
  const inputs = manifest.signature.inputs.map(({ name }) => name);
  const context = manifest.signature.context.map(({ name }) => name);
  throw new MillraceError(
    'InvalidInput',
    `the monitor does not fit the model: ${problems.join('; ')}`,
    `its inputs are ${listed(inputs)}${context.length === 0 ? '' : `, its context columns ${listed(context)}`}; correct \`monitor:\`, or list the column as context of the train step`,
  );
}

function wrongColumns({ signature }: ModelManifest, spec: MonitorSpec): readonly string[] {
  const inputs = new Set(signature.inputs.map(({ name }) => name));
  const all = new Set([...inputs, ...signature.context.map(({ name }) => name)]);
  const missing = (where: string, names: readonly string[], known: ReadonlySet<string>) =>
    names.filter((name) => !known.has(name)).map((name) => `${where} names ${name}`);
  const times = signature.context.flatMap(({ name, role }) => (role === 'time' ? [name] : []));
  return [
    // A model without a time column is watched by the wall clock; one with another name is a slip.
    ...(times.length === 0 ? [] : missing('time', [spec.timeColumn], new Set(times))),
    ...missing('drift.features.columns', spec.drift.features?.columns ?? [], inputs),
    ...missing('quality.columns', Object.keys(spec.quality?.columns ?? {}), inputs),
    ...(spec.slices ?? []).flatMap(({ name, where }) =>
      missing(
        `slice ${name}`,
        where.map(({ column }) => column),
        all,
      ),
    ),
    ...missing(
      'fairness',
      (spec.fairness ?? []).map(({ column }) => column),
      all,
    ),
  ];
}

function wrongTask({ task, signature }: ModelManifest, spec: MonitorSpec): readonly string[] {
  const names: readonly string[] = METRIC_NAMES[task];
  const metrics = [
    ['performance.metric', spec.performance?.metric],
    ['estimate.metric', spec.estimate?.metric],
  ] as const;
  const problems = metrics.flatMap(([where, metric]) =>
    metric === undefined || names.includes(metric)
      ? []
      : [`${where} is ${metric}, which a ${task} does not have (${names.join(', ')})`],
  );
  if (task === 'regression') {
    if (spec.fairness !== undefined) problems.push('fairness is of classes, this is a regression');
    if (spec.drift.confidence !== undefined) {
      problems.push('drift.confidence is of classes, this is a regression');
    }
  }
  const classes = signature.output.classes?.map(String) ?? [];
  for (const { positive } of spec.fairness ?? []) {
    if (positive === undefined || classes.length === 0 || classes.includes(String(positive))) {
      continue;
    }
    problems.push(`fairness.positive is ${positive}, the classes are ${classes.join(', ')}`);
  }
  return problems;
}

const LISTED = 24;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ');
  return names.length > LISTED ? `${shown}, …` : shown;
}
