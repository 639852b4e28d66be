import { MillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { Tracing } from '../../telemetry/index.js';
import type { Access } from '../access/index.js';
import type { PredictionLog } from '../predictions/prediction-log.js';
import type { RegistryReader } from '../registry/ports.js';
import type { Answering, Champions, RouteKey } from './champions.js';
import type { TrafficMeter } from './health/traffic-meter.js';
import type { AccessLog } from './observing/access-log.js';
import type { ServingMetrics } from './observing/serving-metrics.js';
import type { OtherVersions } from './other-versions.js';
import type { ShadowCopies } from './routing/shadow-copies.js';
import type { ServedVersion } from './served-version.js';
import type { SignalDeps } from './signals/ports.js';

/** What the routes reach the models, the registry and the log through. */
export interface ServingDeps {
  /** Who may call. */
  readonly access: Access;
  readonly champions: Champions;
  readonly others: OtherVersions;
  readonly registry: Pick<RegistryReader, 'versions' | 'monitorLooks'> & SignalDeps['registry'];
  readonly log: PredictionLog;
  readonly shadows: ShadowCopies;
  /** Where requests for predictions are counted for the record of the service's health. */
  readonly traffic: TrafficMeter;
  /** Where they are counted for `GET /metrics`. */
  readonly metrics: ServingMetrics;
  /** What `GET /metrics` answers. */
  readonly exposition: () => string | Promise<string>;
  /** `null` where no traces are asked for. */
  readonly tracing: Tracing | null;
  /** `null` where requests are not written down. */
  readonly accessLog: AccessLog | null;
  readonly signals: Pick<SignalDeps, 'sender'>;
  readonly logger: Logger;
  /** Of millrace itself. */
  readonly productVersion: string;
}

/** Of whom a request asks something. */
export interface Asked {
  readonly model: string;
  /** As the URL has it; absent: the one that answers, an arm of a rollout, the champion or its fallback. */
  readonly version?: string | undefined;
  /** Absent: of no request for predictions. */
  readonly routeKey?: RouteKey;
  /** Told which version is going to answer, before it does. */
  readonly onAnswering?: (answering: Answering) => void;
}

/**
 * Works with a version that stays loaded until the work is done.
 *
 * @throws MillraceError `NotFound` for a model or version that there is not
 */
export async function withVersion<T>(
  { champions, others }: Pick<ServingDeps, 'champions' | 'others'>,
  { model, version, routeKey = () => null, onAnswering }: Asked,
  work: (answering: Answering) => Promise<T>,
): Promise<T> {
  const answering =
    version === undefined
      ? champions.acquire(model, routeKey)
      : {
          served: await byNumber({ champions, others }, model, version),
          fallbackFor: null,
          route: null,
        };
  onAnswering?.(answering);
  try {
    return await work(answering);
  } finally {
    answering.served.done();
  }
}

async function byNumber(
  { champions, others }: Pick<ServingDeps, 'champions' | 'others'>,
  model: string,
  version: string,
): Promise<ServedVersion> {
  const number = versionNumber(version);
  return champions.acquireVersion(model, number) ?? others.acquire(model, number);
}

function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new MillraceError(
    'NotFound',
    `${JSON.stringify(text)} is not the number of a version`,
    'versions are counted from 1',
  );
}
