import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js';
import { type OutageOptions, Outages } from './outages.js';
import type { StreamSink, StreamSource } from './ports.js';
import {
  type AskedVersion,
  type BadRecord,
  predictRecords,
  type RecordOptions,
} from './predict-records.js';
import { SteadySource } from './steady-source.js';

export interface StreamJob extends Omit<RecordOptions, 'identity'> {
  readonly source: StreamSource;
  readonly sink: StreamSink;
  readonly checkpointFile: string;
  /** The version to ask now: looked at before each batch. */
  readonly version: () => Promise<AskedVersion>;
  /** Most records of a batch; 1,024 by default. */
  readonly batchRecords?: number;
  /** What is away for a moment is waited for; absent: the stream ends. */
  readonly outages?: OutageOptions;
  readonly onBatch?: (counts: StreamCounts) => void;
}

export interface StreamCounts {
  readonly records: number;
  readonly written: number;
  readonly bad: number;
  readonly firstBad: BadRecord | null;
}

const BATCH_RECORDS = 1_024;
const NO_PATIENCE: OutageOptions = { longestMs: 0, say: () => undefined };

/**
 * Predicts for records as they come, in order, until the source ends or the signal is aborted. A batch
 * is done in three steps, each of which may be the last before a kill: its lines are on disk, the
 * checkpoint is on disk, the source is told. So no record is lost; one that is predicted for again has
 * the same prediction id, and in a file it stands once.
 *
 * Once it has begun, a broker, an online store or a server of the model that is away is waited for as
 * long as `outages` says; the batch in hand is kept meanwhile.
 *
 * @throws MillraceError `InvalidInput` for a bad record where it is not to be left out: nothing of its
 * batch is written
 */
export async function predictStream(job: StreamJob, signal: AbortSignal): Promise<StreamCounts> {
  const { sink, checkpointFile, batchRecords = BATCH_RECORDS } = job;
  const outages = new Outages(job.outages ?? NO_PATIENCE, signal);
  const source = new SteadySource(job.source, outages);
  const { identity } = source;
  const unlessStopped = <T>(step: Promise<T>): Promise<T | null> =>
    step.catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
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
      const batch = await unlessStopped(source.next(batchRecords, signal));
      if (batch === null) break;
      const { records } = batch;
      const ask = async () => predictRecords(await job.version(), records, { ...job, identity });
      const made = await unlessStopped(outages.through(ask));
      if (made === null) break;
      if (made.lines !== '') mark = await sink.write(made.lines);
      await writeCheckpoint(checkpointFile, { identity, source: batch.checkpoint, mark });
      counts = {
        records: counts.records + records.length,
        written: counts.written + made.written,
        bad: counts.bad + made.bad,
        firstBad: counts.firstBad ?? made.firstBad,
      };
      job.onBatch?.(counts);
      await unlessStopped(source.done(batch));
    }
    return counts;
  } finally {
    await source.close();
    await sink.close();
  }
}
