import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import type { StreamSink, StreamSource } from './ports.js';
import {
  type AskedVersion,
  type BadRecord,
  predictRecords,
  type RecordOptions,
} from './predict-records.js';

export interface StreamJob extends Omit<RecordOptions, 'identity'> {
  readonly source: StreamSource;
  readonly sink: StreamSink;
  readonly checkpointFile: string;
  /** The version to ask now: looked at before each batch. */
  readonly version: () => Promise<AskedVersion>;
  /** Most records of a batch; 1,024 by default. */
  readonly batchRecords?: number;
  readonly onBatch?: (counts: StreamCounts) => void;
}

export interface StreamCounts {
  readonly records: number;
  readonly written: number;
  readonly bad: number;
  readonly firstBad: BadRecord | null;
}

const BATCH_RECORDS = 1_024;

/**
 * Predicts for records as they come, in order, until the source ends or the signal is aborted. A batch
 * is done in three steps, each of which may be the last before a kill: its lines are on disk, the
 * checkpoint is on disk, the source is told. So no record is lost; one that is predicted for again has
 * the same prediction id, and in a file it stands once.
 *
 * @throws MillraceError `InvalidInput` for a bad record where it is not to be left out: nothing of its
 * batch is written
 */
export async function predictStream(job: StreamJob, signal: AbortSignal): Promise<StreamCounts> {
  const { source, sink, checkpointFile, batchRecords = BATCH_RECORDS } = job;
  const { identity } = source;
  let counts: StreamCounts = { records: 0, written: 0, bad: 0, firstBad: null };
  const checkpoint = await readCheckpoint(checkpointFile, identity);
  try {
    // A source that is not there leaves neither an output nor a checkpoint that is in another's way.
    await source.open(checkpoint?.source ?? null);
    let mark = await sink.open(checkpoint?.mark ?? null);
    // A kill in the first batch must find where the output began.
    if (checkpoint === null)
      await writeCheckpoint(checkpointFile, { identity, source: null, mark });
    while (!signal.aborted) {
      const batch = await source.next(batchRecords, signal).catch((error: unknown) => {
        if (signal.aborted) return null;
        throw error;
      });
      if (batch === null) break;
      const made = await predictRecords(await job.version(), batch.records, { ...job, identity });
      if (made.lines !== '') mark = await sink.write(made.lines);
      await writeCheckpoint(checkpointFile, { identity, source: batch.checkpoint, mark });
      await source.done(batch);
      counts = {
        records: counts.records + batch.records.length,
        written: counts.written + made.written,
        bad: counts.bad + made.bad,
        firstBad: counts.firstBad ?? made.firstBad,
      };
      job.onBatch?.(counts);
    }
    return counts;
  } finally {
    await source.close();
    await sink.close();
  }
}
