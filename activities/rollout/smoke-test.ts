import {
  type FailureType,
  isMillraceError,
  type ModelExample,
  type ModelSignature,
  type VersionRecord,
  wholeReason,
} from '../../contracts/index.js';
import { checkRows, type RowPredictions } from '../../models/inference/index.js';
import { openModel } from '../../models/sources/index.js';
import { failureOf } from '../application-failure.js';
import { approvalProblem } from '../control/approval-problem.js';
import type { ActivityDeps } from '../deps.js';

/** Answers of the same graph on the same row differ by rounding alone. */
const RELATIVE_TOLERANCE = 1e-4;

/** Why a version must not have traffic. */
export interface SmokeProblem {
  readonly problem: string;
  readonly failure: FailureType;
}

type Deps = Pick<ActivityDeps, 'registry' | 'artifacts' | 'servers'>;

/**
 * Loads a version and asks it its stored example, before any request of a client reaches it. A
 * version without an example is asked one row that its signature allows, and must answer it.
 *
 * @returns what is wrong, as a sentence; `null`: nothing
 */
export function smokeTest(deps: Deps) {
  return async ({
    model,
    version,
  }: {
    readonly model: string;
    readonly version: number;
  }): Promise<SmokeProblem | { readonly problem: null }> => {
    const record = await deps.registry.version(model, version);
    if (record === null) {
      return { problem: `model ${model} has no version ${version}`, failure: 'NotFound' };
    }
    if (record.status !== 'ready') return unfit(`it is ${record.status}`);
    const verdict = approvalProblem(record);
    if (verdict !== null) return unfit(`it ${verdict}`);
    return (await problemOf(deps, record)) ?? { problem: null };
  };
}

function unfit(problem: string): SmokeProblem {
  return { problem, failure: 'InvalidInput' };
}

/** The same, but a version without a stored example passes. */
export async function problemWithExample(
  deps: Deps,
  record: VersionRecord,
): Promise<SmokeProblem | null> {
  return record.provenance?.example == null ? null : problemOf(deps, record);
}

async function problemOf(deps: Deps, record: VersionRecord): Promise<SmokeProblem | null> {
  const { signature } = record.content;
  try {
    const example = await exampleOf(deps, record);
    const served = await openModel(deps, record.content, {
      name: `version ${record.version} of ${record.model}`,
    });
    try {
      const rows = example?.request.dataframe_records ?? [plainRow(signature)];
      const check = checkRows(signature, rows);
      if (!check.ok) {
        return unfit(`its stored example is not of its signature: ${check.problems.join('; ')}`);
      }
      // A model that answers differently each time is not held to what it once answered.
      const isSampled = record.content.server?.sampling !== undefined;
      const problem = complaintAbout(await served.predict(check.rows), isSampled ? null : example);
      return problem === null ? null : { problem, failure: 'ModelParityFailed' };
    } finally {
      await served.release();
    }
  } catch (error) {
    // What cannot be read now is tried again; what is wrong with the version itself is told.
    if (isMillraceError(error) && error.type === 'RegistryUnavailable') throw error;
    return { problem: wholeReason(error), failure: failureOf(error).type };
  }
}

async function exampleOf(deps: Deps, record: VersionRecord): Promise<ModelExample | null> {
  const reference = record.provenance?.example ?? null;
  return reference === null ? null : deps.artifacts.readJson<ModelExample>(reference);
}

function plainRow({
  inputs,
}: ModelSignature): ModelExample['request']['dataframe_records'][number] {
  const VALUES = { number: 0, integer: 0, boolean: false, string: 'x' } as const;
  return Object.fromEntries(inputs.map(({ name, kind }) => [name, VALUES[kind]]));
}

function complaintAbout(
  { predictions }: RowPredictions,
  example: ModelExample | null,
): string | null {
  for (const [row, prediction] of predictions.entries()) {
    if (typeof prediction === 'number' && !Number.isFinite(prediction)) {
      return `it answers row ${row} of its example with ${prediction}`;
    }
    const expected = example?.answer.predictions[row];
    if (expected !== undefined && !isSame(prediction, expected)) {
      return `it answers row ${row} of its stored example with ${prediction}, and once answered ${expected}`;
    }
  }
  return null;
}

function isSame(answer: number | string | boolean, expected: number | string | boolean): boolean {
  if (typeof answer !== 'number' || typeof expected !== 'number') return answer === expected;
  return Math.abs(answer - expected) <= RELATIVE_TOLERANCE * Math.max(1, Math.abs(expected));
}
