import { join } from 'node:path';
import type { ProcessRecord, TrafficRecord } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { gatewayDirectory, PROCESS_DIRECTORY } from './log-layout.js';
import { newRequestUuid } from './prediction-id.js';
import { SegmentAppender } from './segment-appender.js';

export interface ServiceLogOptions {
  /** `predictionsDir` of the home. */
  readonly directory: string;
  readonly gatewayId: string;
  readonly logger: Logger;
}

/** What one gateway writes of its own health: of the process, and of each model that was asked. */
export interface ServiceLog {
  append(process: ProcessRecord, traffic: ReadonlyMap<string, TrafficRecord>): Promise<void>;
  close(): Promise<void>;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
const FSYNC_INTERVAL_MS = 1_000;

/** A line that cannot be written is lost and said: health is no reason to answer no prediction. */
export function openServiceLog({ directory, gatewayId, logger }: ServiceLogOptions): ServiceLog {
  const appenders = new Map<string, SegmentAppender>();
  const appenderIn = (parent: string): SegmentAppender => {
    let appender = appenders.get(parent);
    if (appender === undefined) {
      appender = new SegmentAppender({
        directory: parent,
        kind: 'service',
        segmentBytes: SEGMENT_BYTES,
        fsyncIntervalMs: FSYNC_INTERVAL_MS,
        onFsyncError: (error) => logger.warn({ err: error }, 'service health is not durable'),
      });
      appenders.set(parent, appender);
    }
    return appender;
  };
  const write = (parent: string, record: ProcessRecord | TrafficRecord): Promise<void> =>
    appenderIn(parent).append(`${JSON.stringify(record)}\n`, newRequestUuid());
  let failing = false;
  return {
    async append(process, traffic) {
      const lines = [...traffic].map(([model, record]) =>
        write(gatewayDirectory(directory, model, gatewayId), record),
      );
      lines.push(write(join(directory, PROCESS_DIRECTORY, gatewayId), process));
      const failed = (await Promise.allSettled(lines)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected' && !failing) {
        logger.warn({ err: failed.reason }, 'service health cannot be written');
      }
      failing = failed !== undefined;
    },
    async close() {
      await Promise.all([...appenders.values()].map((appender) => appender.close()));
    },
  };
}
