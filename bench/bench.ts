import type { Column } from '../cli/render/table.js';
import type { JsonObject } from '../contracts/index.js';
import type { TrainedHome } from './trained-home.js';

/** What a bench is given. */
export interface BenchContext {
  /** A directory of its own, removed when all benches have ended. */
  readonly directory: string;
  /** The environment without Temporal's variables: a bench never works on somebody's server. */
  readonly env: NodeJS.ProcessEnv;
  /** Says on stderr what is measured now. */
  readonly note: (text: string) => void;
  /** The demo's model, trained by its pipeline: once for all benches that ask. */
  readonly trainedHome: () => Promise<TrainedHome>;
}

/** A figure that the project promises to keep; missing one is told, never an error. */
export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly atMost: number;
  readonly unit: string;
}

/** `MILLRACE_BENCH_SHORT=1`: minutes instead of many, for a look at whether all of it runs. */
export function isShort(env: NodeJS.ProcessEnv): boolean {
  return env['MILLRACE_BENCH_SHORT'] === '1';
}

export interface BenchReport {
  /** Under the title: how it was measured, in one line. */
  readonly method: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly goals: readonly Goal[];
  /** Everything that was measured, also each single sample. */
  readonly figures: JsonObject;
}

export interface Bench {
  readonly name: string;
  readonly title: string;
  run(context: BenchContext): Promise<BenchReport>;
}
