import * as z from 'zod';
import {
  type JsonObject,
  MillraceError,
  type ParameterImportance,
  type SearchSpace,
  type Trial,
} from '../../contracts/index.js';
import { requirePython } from '../../monitoring/datasets/python/python-access.js';
import { runPythonProgram } from '../../processes/index.js';

/** The Python of the built-in steps, and how its work is ended. */
export interface RankingPython {
  /** May throw `EnvironmentMissing`. */
  readonly python: () => { readonly executable: string; readonly directory: string };
  readonly signal: AbortSignal;
}

export interface RankingWork {
  readonly space: SearchSpace;
  /** Those with a score. */
  readonly trials: readonly { readonly params: Trial['params']; readonly score: number }[];
  readonly seed: number;
}

export interface Ranking {
  /** The most important first; `null` for a parameter of which the trials had one value. */
  readonly shares: readonly ParameterImportance[];
  /** R² on trials that the forest did not see; `null` where there was nothing to learn. */
  readonly fit: number | null;
}

const resultSchema = z.object({
  shares: z.record(z.string(), z.number().min(0).max(1).nullable()),
  fit: z.number().nullable(),
});

/**
 * Runs `python/rank_parameters.py` by the step contract, in a state directory that is removed after.
 *
 * @throws MillraceError `EnvironmentMissing` without Python or its libraries; the signal's reason when
 * it was aborted
 */
export async function rankParameters(
  work: RankingWork,
  { python, signal }: RankingPython,
): Promise<Ranking> {
  const found = await requirePython({ python }, 'importance');
  return await runPythonProgram(
    {
      file: 'rank_parameters.py',
      stepId: 'importance',
      python: found,
      values: JSON.parse(JSON.stringify(work)) as JsonObject,
      signal,
    },
    ({ values }) => rankingOf(values),
  );
}

function rankingOf(values: JsonObject): Ranking {
  const parsed = resultSchema.safeParse(values);
  if (!parsed.success) {
    throw new MillraceError(
      'StepContractBroken',
      'rank_parameters.py gave no shares',
      'its Python files and millrace are of different versions: install again',
    );
  }
  const { shares, fit } = parsed.data;
  return {
    shares: Object.entries(shares)
      .map(([parameter, share]) => ({ parameter, share }))
      .sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || (a.parameter < b.parameter ? -1 : 1)),
    fit,
  };
}
