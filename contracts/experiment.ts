import type { JsonObject } from './json.js';
import type { Metrics } from './model-manifest.js';
import type { CodeState } from './provenance.js';
import type { RunStatus } from './run.js';

/** A data set that a run read. */
export interface DataVersion {
  readonly step: string;
  /** The path as the file says it, or the name of the input. */
  readonly name: string;
  readonly sha256: string;
  /** `null` where nobody counted them. */
  readonly rows: number | null;
}

/** What a run was made of and what it measured: one line of the comparison of runs. */
export interface Experiment {
  readonly runId: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly planHash: string;
  readonly params: JsonObject;
  /** By name; of steps with a metric of one name, the last in the plan's order. */
  readonly metrics: Metrics;
  readonly stepMetrics: { readonly [step: string]: Metrics };
  readonly data: readonly DataVersion[];
  readonly code: CodeState | null;
  /** Path from the base directory → SHA-256. */
  readonly codeFiles: { readonly [path: string]: string };
  /** Library, interpreter or lock file → version or digest. */
  readonly environment: { readonly [name: string]: string };
  /** Step → seed. */
  readonly seeds: { readonly [step: string]: number };
}

/** One value of a metric that a step told while it worked. */
export interface MetricPoint {
  readonly stepId: string;
  readonly metric: string;
  /** As the step counts. */
  readonly step: number;
  /** Wall clock, RFC 3339. */
  readonly at: string;
  readonly value: number;
}
