import type { RepairRequest } from '../../contracts/index.js';

/**
 * The business keys of what a request repairs.
 *
 * @example repairKeys({ ...request, repair: 'impute', features: ['temp', 'wind'] });
 * // ['impute/temp', 'impute/wind']
 */
export function repairKeys({
  repair,
  features,
  window,
}: Pick<RepairRequest, 'repair' | 'features' | 'window'>): readonly string[] {
  switch (repair) {
    case 'impute':
      return features.map((feature) => `impute/${feature}`);
    case 'fallback':
      return ['fallback'];
    case 'quarantine':
      return [`quarantine/${window.end}`];
  }
}
