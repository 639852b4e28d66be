import type { Logger } from '../../logging/logger.js';
import { LogKeeper } from '../predictions/keeping/log-keeper.js';
import { openServiceLog } from '../predictions/service-log.js';
import type { Champions } from './champions.js';
import { HealthRecorder } from './health/health-recorder.js';
import type { TrafficMeter } from './health/traffic-meter.js';

export interface UpkeepOptions {
  /** `predictionsDir` of the home. */
  readonly directory: string;
  readonly gatewayId: string;
  /** Where the gateway is reached by itself. */
  readonly address: string;
  readonly traffic: TrafficMeter;
  readonly champions: Pick<Champions, 'logSpecs'>;
  /** Whether it tidies the prediction log. */
  readonly keepsLog: boolean;
  /** The program that does. */
  readonly keepLogProgram: string;
  readonly healthIntervalMs?: number | undefined;
  readonly keepLogIntervalMs?: number | undefined;
  readonly logger: Logger;
}

/** What a gateway does beside answering: it records its health, and tidies the prediction log. */
export interface Upkeep {
  /** Both rest; the health up to now is recorded. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { directory, gatewayId, address, traffic, champions, logger } = options;
  const { healthIntervalMs, keepLogIntervalMs } = options;
  const log = openServiceLog({ directory, gatewayId, logger });
  const health = new HealthRecorder({
    meter: traffic,
    log,
    address,
    ...(healthIntervalMs !== undefined && { intervalMs: healthIntervalMs }),
  });
  health.start();
  const keeper = new LogKeeper({
    program: options.keepLogProgram,
    directory,
    keep: () => champions.logSpecs(),
    logger,
    ...(keepLogIntervalMs !== undefined && { intervalMs: keepLogIntervalMs }),
  });
  if (options.keepsLog) keeper.start();
  return {
    async stop() {
      await Promise.all([health.stop(), keeper.stop()]);
    },
    close: () => log.close(),
  };
}
