import { parseDurationMs } from '../../../contracts/index.js';

/** @example readBreaches('2 of 3'); // { count: 2, of: 3 } */
export function readBreaches(
  text: unknown,
): { readonly count: number; readonly of: number } | null {
  const match = typeof text === 'string' ? /^(\d+) of (\d+)$/.exec(text) : null;
  return match === null ? null : { count: Number(match[1]), of: Number(match[2]) };
}

/** @example readBudget('4 per 30d')?.count; // 4 */
export function readBudget(
  text: unknown,
): { readonly count: number; readonly periodMs: number } | null {
  const match = typeof text === 'string' ? /^(\d+) per (\S+)$/.exec(text) : null;
  const periodMs = match === null ? null : parseDurationMs(match[2] ?? '');
  return match === null || periodMs === null ? null : { count: Number(match[1]), periodMs };
}
