import { stat } from 'node:fs/promises';
import { parseEventTimeMs } from '../../contracts/index.js';
import type { Segment } from './log-layout.js';
import { scanSegment } from './segment-scan.js';

/** What a scan of a segment's line heads tells: enough to leave it out of a window. */
export interface SegmentStatistics {
  readonly segment: Segment;
  rows: number;
  firstEventTimeMs: number;
  lastEventTimeMs: number;
  /** Of the rows that carried their time; −Infinity where none did. */
  lastGivenTimeMs: number;
  lastArrivalMs: number;
  firstUuid: string;
  lastUuid: string;
  scannedBytes: number;
}

/** Remembers every segment's statistics and reads only what was appended since. */
export class SegmentStatisticsCache {
  readonly #known = new Map<string, SegmentStatistics>();
  readonly #refreshing = new Map<string, Promise<SegmentStatistics>>();

  /** Up-to-date statistics of these segments, in their order. */
  async of(segments: readonly Segment[]): Promise<readonly SegmentStatistics[]> {
    const result: SegmentStatistics[] = [];
    for (const segment of segments) result.push(await this.#refreshOnce(segment));
    return result;
  }

  /** Two callers at once must not count the same lines twice. */
  #refreshOnce(segment: Segment): Promise<SegmentStatistics> {
    const running = this.#refreshing.get(segment.path);
    if (running !== undefined) return running;
    const refresh = this.#refresh(segment)
      .catch((error: unknown) => {
        // Half a scan has been counted: begin again next time.
        this.#known.delete(segment.path);
        throw error;
      })
      .finally(() => this.#refreshing.delete(segment.path));
    this.#refreshing.set(segment.path, refresh);
    return refresh;
  }

  async #refresh(segment: Segment): Promise<SegmentStatistics> {
    const known = this.#known.get(segment.path) ?? emptyStatistics(segment);
    this.#known.set(segment.path, known);
    if ((await stat(segment.path)).size === known.scannedBytes) return known;
    known.scannedBytes = await scanSegment(segment.path, known.scannedBytes, (head) => {
      const arrivalMs = Date.parse(head.at);
      const eventTimeMs = parseEventTimeMs(head.eventTime ?? head.at) ?? arrivalMs;
      known.rows += 1;
      known.firstEventTimeMs = Math.min(known.firstEventTimeMs, eventTimeMs);
      known.lastEventTimeMs = Math.max(known.lastEventTimeMs, eventTimeMs);
      if (!head.timeAssumed) known.lastGivenTimeMs = Math.max(known.lastGivenTimeMs, eventTimeMs);
      known.lastArrivalMs = Math.max(known.lastArrivalMs, arrivalMs);
      if (head.uuid < known.firstUuid) known.firstUuid = head.uuid;
      if (head.uuid > known.lastUuid) known.lastUuid = head.uuid;
    });
    return known;
  }
}

function emptyStatistics(segment: Segment): SegmentStatistics {
  return {
    segment,
    rows: 0,
    firstEventTimeMs: Number.POSITIVE_INFINITY,
    lastEventTimeMs: Number.NEGATIVE_INFINITY,
    lastGivenTimeMs: Number.NEGATIVE_INFINITY,
    lastArrivalMs: Number.NEGATIVE_INFINITY,
    firstUuid: 'g',
    lastUuid: '',
    scannedBytes: 0,
  };
}

/** Of predictions and what was told of them later: those that may be about some of the others. */
export function overlapping(
  segments: readonly SegmentStatistics[],
  others: readonly SegmentStatistics[],
): readonly SegmentStatistics[] {
  return segments.filter(({ firstUuid, lastUuid }) =>
    others.some((other) => firstUuid <= other.lastUuid && lastUuid >= other.firstUuid),
  );
}
