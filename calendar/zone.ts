/** Offsets change at full quarters of an hour UTC, in every zone of today. */
const QUARTER_MS = 900_000;
const LARGEST_CACHE = 50_000;
/** Longer than clocks are ever put back. */
const LONGEST_SHIFT_MS = 3 * 3_600_000;

/** A zone's clock. Wall times are milliseconds too: of the same clock reading in UTC. */
export interface ZoneClock {
  /** Local time minus UTC at an instant. */
  offsetMs(instantMs: number): number;
  /** What the clock shows at an instant. */
  wallMs(instantMs: number): number;
  /**
   * The instant of a wall time, as Go's `time.Date` chooses it, on which the server relies: of a
   * doubled time one of the two, of a skipped one a time beside the gap.
   */
  instantMs(wallMs: number): number;
}

const clocks = new Map<string, ZoneClock>();

/**
 * @param timezone - IANA name
 * @throws RangeError when the zone is unknown
 * @example zoneClock('Asia/Kolkata').offsetMs(0); // 19_800_000
 */
export function zoneClock(timezone: string): ZoneClock {
  const known = clocks.get(timezone);
  if (known !== undefined) return known;
  const offsetMs = offsetsOf(timezone);
  const clock: ZoneClock = {
    offsetMs,
    wallMs: (instantMs) => instantMs + offsetMs(instantMs),
    instantMs: (wallMs) => {
      const guess = offsetMs(wallMs);
      return guess === 0 ? wallMs : wallMs - offsetMs(wallMs - guess);
    },
  };
  clocks.set(timezone, clock);
  return clock;
}

/**
 * The earlier instant at which the zone's clock showed the same, where the clocks were put back in
 * between; else `null`.
 *
 * @example sameClockBefore('Europe/Berlin', Date.UTC(2026, 9, 25, 1, 30)); // 00:30 UTC: both are 02:30
 */
export function sameClockBefore(timezone: string, instantMs: number): number | null {
  const { offsetMs } = zoneClock(timezone);
  const before = offsetMs(instantMs - LONGEST_SHIFT_MS);
  const earlier = instantMs - (before - offsetMs(instantMs));
  return earlier < instantMs && offsetMs(earlier) === before ? earlier : null;
}

function offsetsOf(timezone: string): (instantMs: number) => number {
  if (timezone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const cache = new Map<number, number>();
  return (instantMs) => {
    const quarter = Math.floor(instantMs / QUARTER_MS);
    const known = cache.get(quarter);
    if (known !== undefined) return known;
    const start = quarter * QUARTER_MS;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(start)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - start;
    if (cache.size >= LARGEST_CACHE) cache.clear();
    cache.set(quarter, offset);
    return offset;
  };
}
