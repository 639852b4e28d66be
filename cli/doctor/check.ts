import type { HomeLayout } from '../../storage/home/layout.js';

/** What one look at this machine found. */
export interface CheckResult {
  readonly name: string;
  /** `warning`: works, but not everything will. `problem`: something does not work. */
  readonly status: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  /** What to do; absent where all is well. */
  readonly hint?: string;
}

export interface Machine {
  readonly env: NodeJS.ProcessEnv;
  /** Where state is or would be. */
  readonly home: HomeLayout;
  /** The state directory exists. */
  readonly homeFound: boolean;
}

export type Check = (machine: Machine) => Promise<CheckResult> | CheckResult;

export function ok(name: string, detail: string): CheckResult {
  return { name, status: 'ok', detail };
}

export function warning(name: string, detail: string, hint: string): CheckResult {
  return { name, status: 'warning', detail, hint };
}

export function problem(name: string, detail: string, hint: string): CheckResult {
  return { name, status: 'problem', detail, hint };
}
