import { canonicalJson, type StepKind, type StepRecord } from '../../contracts/index.js';

/** Outputs that name runs, which are others by their nature. */
const NAMES_OF_RUNS: { readonly [Kind in StepKind]?: readonly string[] } = {
  pipeline: ['runId'],
  tune: ['runId', 'history'],
};

export interface TriedStep {
  readonly id: string;
  readonly status: StepRecord['status'];
  /** Outputs that were others in the second run: `metrics.mae`, an artifact, a value. */
  readonly differing: readonly string[];
}

/**
 * What each step of two runs of one plan handed on, compared: values and metrics by their JSON,
 * artifacts by their SHA-256. Which runs a step started does not count.
 *
 * @param first - records of the one run
 * @param second - of the other
 */
export function compareTrials(
  first: readonly StepRecord[],
  second: readonly StepRecord[],
): readonly TriedStep[] {
  const again = new Map(second.map((record) => [record.stepId, record]));
  return first.map((record) => {
    const other = again.get(record.stepId);
    const differing = other === undefined ? ['status'] : differences(record, other);
    return { id: record.stepId, status: record.status, differing };
  });
}

function differences(a: StepRecord, b: StepRecord): readonly string[] {
  if (a.status !== b.status) return ['status'];
  const [first, second] = [flat(a), flat(b)];
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])];
  const ofRuns = NAMES_OF_RUNS[a.kind] ?? [];
  return names.filter((name) => first[name] !== second[name] && !ofRuns.includes(name));
}

function flat({ outcome }: StepRecord): { readonly [name: string]: string } {
  const { values = {}, artifacts = {}, metrics = {} } = outcome?.outputs ?? {};
  return Object.fromEntries([
    ...Object.entries(values).map(([name, value]) => [name, canonicalJson(value)]),
    ...Object.entries(artifacts).map(([name, { sha256 }]) => [name, sha256]),
    ...Object.entries(metrics).map(([name, value]) => [`metrics.${name}`, canonicalJson(value)]),
  ]);
}
