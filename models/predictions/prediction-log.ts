import type {
  BusinessRecord,
  FeedbackRecord,
  LabelRecord,
  PredictionRecord,
  ShadowRecord,
} from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { IdIndex } from './id-index.js';
import { gatewayDirectory, listLoggedModels } from './log-layout.js';
import { businessLine, feedbackLine, labelLine, predictionLine, shadowLine } from './log-line.js';
import type { PredictionWriter } from './ports.js';
import { newRequestUuid, requestUuidOf } from './prediction-id.js';
import { SegmentAppender } from './segment-appender.js';

export interface PredictionLogOptions {
  /** `predictionsDir` of the home. */
  readonly directory: string;
  /** Names the gateway's own directory: no two live processes may share it. */
  readonly gatewayId: string;
  readonly logger: Logger;
  /** Size at which a segment is followed by a new one; 16 MiB by default. */
  readonly segmentBytes?: number;
  /** Longest time between a prediction's write and its fsync; 200 ms by default. */
  readonly fsyncIntervalMs?: number;
}

/** What one gateway writes, over all its models. */
export interface PredictionLog {
  /** The same writer each time; no file is made before the first append. */
  writer(model: string): PredictionWriter;
  /** Models that any gateway has a log of. */
  models(): Promise<readonly string[]>;
  /** Fsyncs and closes every writer. */
  close(): Promise<void>;
}

export function openPredictionLog(options: PredictionLogOptions): PredictionLog {
  const ids = new IdIndex(options.directory);
  const writers = new Map<string, PredictionWriter>();
  return {
    writer(model) {
      let writer = writers.get(model);
      if (writer === undefined) {
        writer = createWriter(options, model, ids);
        writers.set(model, writer);
      }
      return writer;
    },
    models: () => listLoggedModels(options.directory),
    async close() {
      await Promise.all([...writers.values()].map((writer) => writer.close()));
    },
  };
}

function createWriter(
  options: PredictionLogOptions,
  model: string,
  ids: IdIndex,
): PredictionWriter {
  const common = {
    directory: gatewayDirectory(options.directory, model, options.gatewayId),
    segmentBytes: options.segmentBytes ?? 16 * 1024 * 1024,
    onFsyncError: (error: unknown) =>
      options.logger.error({ err: error, model }, 'predictions were written but not made durable'),
  };
  const predictions = new SegmentAppender({
    ...common,
    kind: 'predictions',
    fsyncIntervalMs: options.fsyncIntervalMs ?? 200,
  });
  const shadows = new SegmentAppender({ ...common, kind: 'shadows', fsyncIntervalMs: 1_000 });
  // What is told of a prediction later is acknowledged once it is durable.
  const labels = new SegmentAppender({ ...common, kind: 'labels', fsyncIntervalMs: 0 });
  const feedback = new SegmentAppender({ ...common, kind: 'feedback', fsyncIntervalMs: 0 });
  const business = new SegmentAppender({ ...common, kind: 'business', fsyncIntervalMs: 0 });
  return {
    append(records: readonly PredictionRecord[]) {
      const [first] = records;
      if (first === undefined) return Promise.resolve();
      const text =
        records.length === 1 ? predictionLine(first) : records.map(predictionLine).join('');
      return predictions.append(text, requestUuidOf(first.id));
    },
    async appendShadows(records: readonly ShadowRecord[]) {
      if (records.length === 0) return;
      await shadows.append(records.map(shadowLine).join(''), newRequestUuid());
    },
    async appendLabels(records: readonly LabelRecord[]) {
      if (records.length === 0) return;
      await labels.append(records.map(labelLine).join(''), newRequestUuid());
    },
    async appendFeedback(records: readonly FeedbackRecord[]) {
      if (records.length === 0) return;
      await feedback.append(records.map(feedbackLine).join(''), newRequestUuid());
    },
    async appendBusiness(records: readonly BusinessRecord[]) {
      if (records.length === 0) return;
      await business.append(records.map(businessLine).join(''), newRequestUuid());
    },
    unknownIds: (ofModel, wanted) => ids.unknown(ofModel, wanted),
    async close() {
      const appenders = [predictions, shadows, labels, feedback, business];
      await Promise.all(appenders.map((appender) => appender.close()));
    },
  };
}
