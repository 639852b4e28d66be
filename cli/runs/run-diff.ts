import {
  canonicalJson,
  type DataVersion,
  type Experiment,
  type JsonValue,
} from '../../contracts/index.js';

/** Something that two runs have differently; `null` where one of them has none. */
export interface Change {
  readonly name: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** The JSON of `diff`. Fields may be added, never renamed. */
export interface RunDiff {
  readonly runs: readonly [RunName, RunName];
  readonly planChanged: boolean;
  /** What the plan says differently, by its place; `null` where the store has lost a plan. */
  readonly plan: readonly Change[] | null;
  readonly params: readonly Change[];
  /** Data sets whose content is another, by the path that the file says. */
  readonly data: readonly Change[];
  /** The commit, and files of code by their path. */
  readonly code: readonly Change[];
  readonly environment: readonly Change[];
  readonly seeds: readonly Change[];
  readonly metrics: readonly Change[];
}

interface RunName {
  readonly runId: string;
  readonly pipeline: string;
}

type Values = { readonly [name: string]: JsonValue };

/**
 * What is different between two runs: what they were given, and what came of it.
 *
 * @param plan - what their plans say differently
 */
export function diffRuns(before: Experiment, after: Experiment, plan: RunDiff['plan']): RunDiff {
  return {
    runs: [nameOf(before), nameOf(after)],
    planChanged: before.planHash !== after.planHash,
    plan,
    params: changes(before.params, after.params),
    data: changes(dataOf(before), dataOf(after)),
    code: [
      ...changes(commitOf(before), commitOf(after)),
      ...changes(before.codeFiles, after.codeFiles),
    ],
    environment: changes(before.environment, after.environment),
    seeds: changes(before.seeds, after.seeds),
    metrics: changes(before.metrics, after.metrics),
  };
}

function nameOf({ runId, pipeline }: Experiment): RunName {
  return { runId, pipeline };
}

function changes(before: Values, after: Values): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }))
    .filter((change) => canonicalJson(change.before) !== canonicalJson(change.after));
}

function dataOf({ data }: Experiment): Values {
  return Object.fromEntries(
    data.map(({ name, sha256, rows }: DataVersion) => [name, { sha256, rows }]),
  );
}

function commitOf({ code }: Experiment): Values {
  return code === null ? {} : { commit: code.dirty ? `${code.commit} with changes` : code.commit };
}
