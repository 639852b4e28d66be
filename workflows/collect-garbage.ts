import type { Collected, CollectGarbage } from '../contracts/index.js';
import { collectActivities } from './activity-proxies.js';

/** One at a time, by its id: removes what nothing refers to, from wherever an earlier one was killed. */
export function collectGarbage(input: CollectGarbage): Promise<Collected> {
  return collectActivities.collectGarbage(input);
}
