import { formatEventTime } from '../../contracts/index.js';

/** Wall clock and event time of a replay in one: history comes as it came. */
export class SimulatedClock {
  constructor(public ms: number) {}

  now(): string {
    return formatEventTime(this.ms);
  }
}
