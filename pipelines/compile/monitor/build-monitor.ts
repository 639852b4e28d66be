import type {
  FairnessSpec,
  MonitorSpec,
  NotifySpec,
  QualitySpec,
  ReferenceSpec,
  ServiceSpec,
  SliceSpec,
  Template,
} from '../../../contracts/index.js';
import type { MonitorSource } from '../../schema/monitor/monitor-schema.js';
import { readBytes, readShare } from '../../schema/scalars.js';
import { buildRespond } from './build-respond.js';
import { given, milliseconds, when } from './optional-fields.js';

export function buildMonitor(
  source: MonitorSource | undefined,
  retrainParams: { readonly [name: string]: Template },
): MonitorSpec | null {
  if (source === undefined) return null;
  const { window, performance, estimate, freshness, outliers, review } = source;
  return {
    timeColumn: source.time,
    window: {
      everyMs: milliseconds(window.every),
      minRows: window.minRows,
      allowedLatenessMs: milliseconds(window.allowedLateness),
      idleTimeoutMs: milliseconds(window.idleTimeout),
      ...given({ slideMs: when(window.slide, milliseconds), rows: window.rows }),
    },
    labels: { delayMs: milliseconds(source.labels.delay) },
    drift: buildDrift(source.drift),
    performance:
      performance === undefined
        ? null
        : { metric: performance.metric, worseThanShare: readShare(performance.worseThan) },
    respond: buildRespond(source.respond, retrainParams),
    ...given({
      reference: when(source.reference, buildReference),
      quality: when(source.quality, buildQuality),
      freshness: when(freshness, ({ maxSilence }) => ({ maxSilenceMs: milliseconds(maxSilence) })),
      estimate: when(estimate, ({ metric, worseThan }) => ({
        // A file that gives neither here nor there is refused before this.
        metric: metric ?? performance?.metric ?? '',
        worseThanShare: readShare(worseThan ?? performance?.worseThan ?? 0.1),
      })),
      slices: when(source.slices, (slices) => slices.map(buildSlice)),
      fairness: when(source.fairness, (fairness) => fairness.map(buildFairness)),
      outliers: when(outliers, ({ maxShare }) => ({ maxShare: readShare(maxShare) })),
      featureSkew: when(source.featureSkew, ({ maxShare, tolerance }) => ({
        maxShare: readShare(maxShare),
        tolerance: readShare(tolerance),
      })),
      shadow: source.shadow,
      service: when(source.service, buildService),
      risk: source.risk,
      review: when(review, ({ perWindow, confidenceBelow }) => ({
        perWindow,
        ...given({ confidenceBelow }),
      })),
      notify: when(source.notify, (notify) => notify.map(buildNotify)),
    }),
  };
}

function buildDrift(drift: MonitorSource['drift']): MonitorSpec['drift'] {
  const { features, predictions } = drift;
  return {
    features:
      features === false
        ? null
        : {
            shareOfColumns: readShare(features.shareOfColumns),
            ...given({ distance: features.distance, columns: features.columns }),
          },
    predictions: predictions === false ? null : { distance: predictions.distance },
    ...given({
      confidence: drift.confidence,
      multivariate: drift.multivariate,
      labels: drift.labels,
      concept: drift.concept,
    }),
  };
}

function buildReference(
  source: NonNullable<MonitorSource['reference']>,
): ReferenceSpec | undefined {
  if (source === 'champion') return undefined;
  if ('trailing' in source) return { kind: 'trailing', lengthMs: milliseconds(source.trailing) };
  if ('sameSeason' in source) return { kind: 'sameSeason', lagMs: milliseconds(source.sameSeason) };
  return { kind: 'dataset', path: source.dataset };
}

function buildQuality(source: NonNullable<MonitorSource['quality']>): QualitySpec {
  const { volume, columns, duplicates } = source;
  const limits = (limit: typeof source | NonNullable<typeof columns>[string]) =>
    given({
      missing: when(limit.missing, readShare),
      outOfRange: when(limit.outOfRange, readShare),
      unseen: when(limit.unseen, readShare),
    });
  return {
    ...limits(source),
    ...given({
      duplicates: when(duplicates, readShare),
      columns: when(columns, (all) =>
        Object.fromEntries(Object.entries(all).map(([name, limit]) => [name, limits(limit)])),
      ),
      volume: when(volume, ({ below, above }) =>
        given({ below: when(below, readShare), above: when(above, readShare) }),
      ),
    }),
  };
}

function buildSlice({ name, where }: NonNullable<MonitorSource['slices']>[number]): SliceSpec {
  return {
    name,
    where: Object.entries(where).map(([column, condition]) => {
      if (Array.isArray(condition)) return { column, values: condition };
      if (typeof condition !== 'object') return { column, values: [condition] };
      return { column, ...given({ from: condition.from, to: condition.to }) };
    }),
  };
}

function buildFairness(source: NonNullable<MonitorSource['fairness']>[number]): FairnessSpec {
  const { column, criterion, maxDifference, minRatio, positive } = source;
  return {
    column,
    criterion,
    ...given({
      maxDifference: when(maxDifference, readShare),
      minRatio: when(minRatio, readShare),
      positive,
    }),
  };
}

function buildService(source: NonNullable<MonitorSource['service']>): ServiceSpec {
  return given({
    latencyP99Ms: when(source.latencyP99, milliseconds),
    errorShare: when(source.errorShare, readShare),
    uptimeShare: when(source.uptime, readShare),
    cpuShare: source.cpu,
    memoryBytes: when(source.memory, readBytes),
  });
}

function buildNotify(source: NonNullable<MonitorSource['notify']>[number]): NotifySpec {
  if (typeof source === 'string') return { channel: source };
  const { channel, severity, repeat } = source;
  return { channel, severity, ...given({ repeatMs: when(repeat, milliseconds) }) };
}
