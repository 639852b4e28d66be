import { open, stat } from 'node:fs/promises';
import { isParquet, listSegments, type Segment } from './log-layout.js';
import { LINE_HEAD_BYTES, readLineHead } from './log-line.js';
import { type PredictionIdParts, parsePredictionId } from './prediction-id.js';
import { hasRow, type RowSet, withRow } from './row-set.js';
import { scanSegment } from './segment-scan.js';

/** Ids of one segment as far as it was read: request → its rows. */
interface SegmentIds {
  readonly rows: Map<string, RowSet>;
  scannedBytes: number;
}

/** Segments whose ids are kept in memory: some 5 MB each at the default segment size. */
const KEPT_SEGMENTS = 6;

/**
 * Answers which prediction ids a log holds, in bounded memory and however old they are: ids ascend
 * with time and segments are named by their first, so one segment a gateway need be read.
 */
export class IdIndex {
  readonly #directory: string;
  /** Least recently used first. */
  readonly #kept = new Map<string, SegmentIds>();
  /** Last id of a segment at a size. */
  readonly #ends = new Map<string, { readonly bytes: number; readonly lastUuid: string }>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Of these ids, those that no gateway of this log gave for this model; in their order. */
  async unknown(model: string, ids: readonly string[]): Promise<readonly string[]> {
    const segments = await listSegments(this.#directory, model, 'predictions');
    const open = new Map<string, PredictionIdParts>();
    for (const id of ids) {
      const parts = parsePredictionId(id);
      if (parts !== null) open.set(id, parts);
    }
    const found = new Set<string>();
    const settle = async (segment: Segment, wanted: readonly string[]): Promise<void> => {
      const { rows } = await this.#idsOf(segment);
      for (const id of wanted) {
        const parts = open.get(id);
        if (parts === undefined || !hasRow(rows.get(parts.uuid), parts.row)) continue;
        open.delete(id);
        found.add(id);
      }
    };
    for (const [segment, wanted] of nearestSegments(segments, open)) await settle(segment, wanted);
    // After the clock was set back between two starts, ranges overlap: look where they say.
    for (const segment of open.size === 0 ? [] : segments) {
      const wanted = await this.#withinRange(segment, open);
      if (wanted.length > 0) await settle(segment, wanted);
    }
    return ids.filter((id) => !found.has(id));
  }

  async #idsOf(segment: Segment): Promise<SegmentIds> {
    const ids = this.#kept.get(segment.path) ?? { rows: new Map(), scannedBytes: 0 };
    this.#kept.delete(segment.path);
    this.#kept.set(segment.path, ids);
    if (this.#kept.size > KEPT_SEGMENTS) {
      const oldest = this.#kept.keys().next();
      if (oldest.done !== true) this.#kept.delete(oldest.value);
    }
    ids.scannedBytes = await scanSegment(segment.path, ids.scannedBytes, ({ uuid, row }) => {
      ids.rows.set(uuid, withRow(ids.rows.get(uuid), row));
    });
    return ids;
  }

  async #withinRange(
    segment: Segment,
    open: ReadonlyMap<string, PredictionIdParts>,
  ): Promise<readonly string[]> {
    const after = [...open].filter(([, { uuid }]) => uuid >= segment.firstUuid);
    if (after.length === 0) return [];
    const { size } = await stat(segment.path);
    let end = this.#ends.get(segment.path);
    if (end?.bytes !== size) {
      end = { bytes: size, lastUuid: await readLastUuid(segment.path, size) };
      this.#ends.set(segment.path, end);
    }
    const { lastUuid } = end;
    return after.filter(([, { uuid }]) => uuid <= lastUuid).map(([id]) => id);
  }
}

/** Per gateway, the segment that began last before the id. */
function nearestSegments(
  segments: readonly Segment[],
  ids: ReadonlyMap<string, PredictionIdParts>,
): ReadonlyMap<Segment, readonly string[]> {
  const wanted = new Map<Segment, string[]>();
  for (const gateway of new Set(segments.map((segment) => segment.gateway))) {
    const ofGateway = segments.filter((segment) => segment.gateway === gateway);
    for (const [id, { uuid }] of ids) {
      const segment = lastBefore(ofGateway, uuid);
      if (segment === null) continue;
      const list = wanted.get(segment);
      if (list === undefined) wanted.set(segment, [id]);
      else list.push(id);
    }
  }
  return wanted;
}

function lastBefore(segments: readonly Segment[], uuid: string): Segment | null {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle]?.firstUuid ?? '') <= uuid) low = middle + 1;
    else high = middle;
  }
  return segments[low - 1] ?? null;
}

/** Request id of the last whole line; `''` when there is none. */
async function readLastUuid(path: string, bytes: number): Promise<string> {
  if (isParquet(path)) return await lastOfParquet(path);
  const file = await open(path, 'r');
  try {
    for (let length = 1 << 16; ; length *= 4) {
      const start = Math.max(0, bytes - length);
      const tail = Buffer.alloc(bytes - start);
      await file.read(tail, 0, tail.length, start);
      const lineEnd = tail.lastIndexOf(0x0a);
      const lineStart = lineEnd <= 0 ? -1 : tail.lastIndexOf(0x0a, lineEnd - 1);
      if (lineEnd !== -1 && (lineStart !== -1 || start === 0)) {
        const from = lineStart + 1;
        return readLineHead(tail.toString('latin1', from, from + LINE_HEAD_BYTES))?.uuid ?? '';
      }
      if (start === 0) return '';
    }
  } finally {
    await file.close();
  }
}

async function lastOfParquet(path: string): Promise<string> {
  let last = '';
  await scanSegment(path, 0, ({ uuid }) => {
    if (uuid > last) last = uuid;
  });
  return last;
}
