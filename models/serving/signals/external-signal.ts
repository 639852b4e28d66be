import * as z from 'zod';
import { type Evidence, formatEventTime, parseEventTimeMs } from '../../../contracts/index.js';
import { SIGNAL_ACTIONS, type SignalAction } from '../../access/index.js';

export { SIGNAL_ACTIONS };

/** What a monitor outside of millrace asks for. */
export interface ExternalSignal {
  readonly action: SignalAction;
  /** The same for every delivery of one event. */
  readonly requestId: string;
  /** Event time; `null` where the event has none. */
  readonly asOf: string | null;
  readonly source: string;
  readonly reason: string;
  /** The version that a rollback complains of; `null`: the champion. */
  readonly blames: number | null;
  readonly evidence: Evidence;
}

/** Clocks may differ. Later than this, guards that compare event times would hold for ever. */
const MOST_AHEAD_MS = 3_600_000;

const TIME = 'must be a time such as 2011-07-01T00:00:00Z, and not in the future';

/** A time of an event, as event time in UTC. */
export const eventTime = z.string({ error: TIME }).transform((given, context) => {
  const ms = parseEventTimeMs(given);
  if (ms !== null && ms <= Date.now() + MOST_AHEAD_MS) return formatEventTime(ms);
  context.addIssue({ code: 'custom', message: TIME });
  return z.NEVER;
});

export function shortText(longest: number) {
  const wanted = `must be text of 1 to ${longest} characters`;
  return z.string({ error: wanted }).min(1, wanted).max(longest, wanted);
}
