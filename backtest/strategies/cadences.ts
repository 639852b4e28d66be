import { type MonitorSpec, parseDurationMs } from '../../contracts/index.js';
import type { Strategy } from './strategy.js';

const DAY_MS = 86_400_000;
/** Cadences that have a name; `every:<duration>` is any other. */
export const NAMED_CADENCES: { readonly [name: string]: number } = {
  daily: DAY_MS,
  weekly: 7 * DAY_MS,
  fortnightly: 14 * DAY_MS,
  monthly: 30 * DAY_MS,
};

/** The length of a cadence; `null` where the name is none. */
export function cadenceOf(name: string): number | null {
  if (Object.hasOwn(NAMED_CADENCES, name)) return NAMED_CADENCES[name] ?? null;
  return name.startsWith('every:') ? parseDurationMs(name.slice('every:'.length)) : null;
}

export function policyStrategy(name: string, monitor: MonitorSpec): Strategy {
  return { name, kind: 'policy', monitor, decides: true, cadenceMs: null, ignoresGates: false };
}

export function neverStrategy(monitor: MonitorSpec): Strategy {
  return { ...policyStrategy('never', monitor), kind: 'never', decides: false };
}

/** Retrains by the clock alone; each version passes the pipeline's gate or is kept. */
export function cadenceStrategy(name: string, cadenceMs: number, monitor: MonitorSpec): Strategy {
  return { ...neverStrategy(monitor), name, kind: 'cadence', cadenceMs };
}

/** Retrains at the end of every window, and every version serves: what regret is counted from. */
export function oracleStrategy(everyMs: number, monitor: MonitorSpec): Strategy {
  const base = cadenceStrategy('oracle', everyMs, monitor);
  return { ...base, kind: 'oracle', ignoresGates: true };
}
