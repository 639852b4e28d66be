import type { PlanCache } from '../../activities/plan-cache.js';
import type { ArtifactRef, JsonObject, MonitorSpec, PipelinePlan } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { ProcessRunner } from '../../processes/ports.js';
import type { Turns } from '../../processes/turns.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { History } from '../history/history.js';
import type { ServedAnswers } from '../history/served-answers.js';
import type { ResultCache } from '../stores/result-cache.js';

/** A pipeline that is replayed. */
export interface ReplayedPipeline {
  readonly plan: PipelinePlan & { readonly model: string; readonly monitor: MonitorSpec };
  readonly planHash: string;
  readonly baseDirectory: string;
  /** Of the first training: what a run would be given by hand. */
  readonly params: JsonObject;
}

/** What all strategies of a backtest share. */
export interface ReplayWorld {
  readonly pipeline: ReplayedPipeline;
  readonly history: History;
  /** Steps that read the history instead of their source. */
  readonly historySteps: readonly string[];
  /** First and last moment that is replayed, on the grid of the windows. */
  readonly startMs: number;
  readonly endMs: number;
  readonly everyMs: number;
  readonly home: HomeLayout;
  readonly artifacts: ArtifactStore;
  readonly plans: PlanCache;
  readonly processes: ProcessRunner;
  readonly python: {
    readonly executable: string;
    readonly directory: string;
    readonly environment: { readonly [library: string]: string };
  };
  readonly results: ResultCache;
  readonly answers: ServedAnswers;
  readonly places: Turns;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Of millrace: what it computes of a model is made anew by another release. */
  readonly release: string;
  /** Names the directories of this backtest's steps. */
  readonly id: string;
  putPlan(plan: PipelinePlan): Promise<ArtifactRef>;
}
