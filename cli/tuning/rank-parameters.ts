import { join } from 'node:path';
import * as z from 'zod';
import {
  type JsonObject,
  MillraceError,
  type ParameterImportance,
  type SearchSpace,
  type Trial,
} from '../../contracts/index.js';
import { createLogger } from '../../logging/logger.js';
import { requirePython } from '../../monitoring/datasets/python/python-access.js';
import { explained } from '../../monitoring/datasets/python/run-drift-program.js';
import { createProcessRunner } from '../../processes/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/index.js';
import { withTemporaryHome } from '../../storage/home/temporary-home.js';

/** Time between SIGTERM and SIGKILL when the work is aborted. */
const KILL_AFTER_MS = 2_000;

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
  return await withTemporaryHome(async (home) => {
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    // What fails is thrown; the log of a directory that is removed tells nobody anything.
    const logger = createLogger('importance', { environment: { MILLRACE_LOG: 'silent' } });
    const processes = createProcessRunner({ home, artifacts, logger, python: found });
    try {
      const { values } = await processes.run({
        runId: 'importance',
        stepId: 'importance',
        attempt: 1,
        argv: [found.executable, join(found.directory, 'rank_parameters.py')],
        shell: false,
        baseDirectory: home.root,
        values: JSON.parse(JSON.stringify(work)) as JsonObject,
        artifacts: {},
        env: { PYTHONDONTWRITEBYTECODE: '1' },
        signal,
        killAfterMs: KILL_AFTER_MS,
        onProgress: () => undefined,
      });
      return rankingOf(values);
    } catch (error) {
      throw explained(error);
    } finally {
      await processes.close();
    }
  });
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
