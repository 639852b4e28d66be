import { LONGEST } from './limits.js';

/**
 * The alias under which MLflow keeps one of ours. `latest` and `v<digits>` are MLflow's own words for
 * versions, and it takes letters, digits, `_` and `-` alone.
 *
 * @example mirrorableAlias('champion'); // 'champion'
 * @example mirrorableAlias('v2'); // 'alias-v2'
 */
export function mirrorableAlias(alias: string): string {
  const allowed = alias
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_-]/gu, '-')
    .slice(0, LONGEST.name);
  return /^(latest|v\d+)$/i.test(allowed) ? `alias-${allowed}` : allowed;
}
