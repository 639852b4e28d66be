import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PlanCache } from '../activities/plan-cache.js';
import type { ArtifactRef } from '../contracts/index.js';
import { canonicalJson, MEDIA_TYPE, type PipelinePlan } from '../contracts/index.js';
import { createLogger } from '../logging/logger.js';
import { pinnedLibraries } from '../pipelines/cache/index.js';
import { createProcessRunner } from '../processes/process-runner.js';
import { Turns } from '../processes/turns.js';
import { createLocalArtifactStore } from '../storage/artifacts/local-store.js';
import { makeDirectory } from '../storage/durable-file.js';
import { withTemporaryHome } from '../storage/home/temporary-home.js';
import type { History } from './history/history.js';
import { ServedAnswers } from './history/served-answers.js';
import type { ReplayWorld } from './replay/world.js';
import { ResultCache } from './stores/result-cache.js';

/** Where a backtest works and what it is given by its caller. */
export interface WorldOptions {
  /** Models, profiles and results by content are kept here between runs. */
  readonly cacheDirectory: string;
  readonly python: { readonly executable: string; readonly directory: string };
  /** Of millrace. */
  readonly release: string;
  readonly signal: AbortSignal;
}

type OpenedParts =
  | 'home'
  | 'artifacts'
  | 'plans'
  | 'processes'
  | 'python'
  | 'results'
  | 'answers'
  | 'places'
  | 'logger'
  | 'signal'
  | 'release'
  | 'id'
  | 'putPlan';

/**
 * Opens the stores of a backtest: real artifacts and processes, and directories of their own for the
 * steps' work, which are gone when `use` has ended.
 */
export async function withWorld<T>(
  history: History,
  options: WorldOptions,
  use: (world: Pick<ReplayWorld, OpenedParts>) => Promise<T>,
): Promise<T> {
  const { cacheDirectory, python, release, signal } = options;
  const artifactsDir = join(cacheDirectory, 'artifacts');
  await makeDirectory(artifactsDir);
  return withTemporaryHome(async (own) => {
    const home = { ...own, artifactsDir };
    const artifacts = createLocalArtifactStore(artifactsDir);
    // What fails is told by its error; a replayed year of notices is not read by anybody.
    const logger = createLogger('backtest', { environment: { MILLRACE_LOG: 'silent' } });
    const processes = createProcessRunner({ home, artifacts, logger, python });
    const refs = new Map<string, Promise<ArtifactRef>>();
    try {
      return await use({
        home,
        artifacts,
        plans: new PlanCache(artifacts),
        processes,
        python: {
          ...python,
          environment: await pinnedLibraries(join(python.directory, 'requirements.txt')),
        },
        results: new ResultCache(join(cacheDirectory, 'results'), artifacts),
        answers: new ServedAnswers(history, artifacts),
        places: new Turns(availableParallelism()),
        logger,
        signal,
        release,
        id: 'backtest',
        putPlan: (plan: PipelinePlan) => {
          const key = createHash('sha256').update(canonicalJson(plan)).digest('hex');
          const ref = refs.get(key) ?? artifacts.putJson(plan, MEDIA_TYPE.plan);
          refs.set(key, ref);
          return ref;
        },
      });
    } finally {
      await processes.close();
    }
  });
}
