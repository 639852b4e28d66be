import { CacheMeter } from '../caching/cache-meter.js';
import { STAGES } from './answer-watch.js';
import {
  type Counter,
  CounterFamily,
  type Family,
  type Histogram,
  HistogramFamily,
  renderFamilies,
} from './exposition.js';
import type { Protocol, RequestWatch } from './request-watch.js';

/** Upper bounds in seconds: one row takes less than a millisecond, a large table seconds. */
const SECONDS = [
  0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1_024, 4_096, 16_384, 65_536];

/** The series of one model, version and protocol. */
interface Arm {
  readonly labels: readonly string[];
  inFlight: number;
  readonly duration: Histogram;
  readonly rows: Counter;
  readonly byCode: Map<string, Counter>;
}

/**
 * What the gateway counts of requests for predictions, in the names of `GET /metrics`. Labels are
 * models that are served, their versions, protocols and codes: never what a client makes up.
 */
export class ServingMetrics {
  readonly #requests = new CounterFamily(
    'millrace_requests_total',
    'Requests for predictions that were answered.',
    ['model', 'version', 'protocol', 'code'],
  );
  readonly #duration = new HistogramFamily(
    'millrace_request_duration_seconds',
    'Time from the head of a request to the end of its answer.',
    ['model', 'version', 'protocol'],
    SECONDS,
  );
  readonly #rows = new CounterFamily('millrace_rows_total', 'Rows that were answered.', [
    'model',
    'version',
    'protocol',
  ]);
  readonly #stages = new HistogramFamily(
    'millrace_stage_duration_seconds',
    'Parts of an answer: checking rows, asking the model, writing the prediction log.',
    ['stage'],
    SECONDS,
  );
  readonly #imputed = new CounterFamily(
    'millrace_imputed_values_total',
    'Missing inputs that were filled in.',
    ['model'],
  );
  readonly #outliers = new CounterFamily(
    'millrace_outlier_rows_total',
    'Rows with an input that is unlike the reference, where gateways look for such.',
    ['model'],
  );
  readonly #unknownCategories = new CounterFamily(
    'millrace_unknown_categories_total',
    'Values of categories that the reference never had, given to the model as missing.',
    ['model'],
  );
  readonly #batches = new HistogramFamily(
    'millrace_batch_rows',
    'Rows that went into one run of a model.',
    ['model'],
    ROWS,
  );
  /** By numbers and texts that are there already: no key is made for a request. */
  readonly #arms = new Map<Protocol, Map<string, Map<number, Arm>>>();
  readonly #stageSeries = {
    validate: this.#stages.of('validate'),
    infer: this.#stages.of('infer'),
    log: this.#stages.of('log'),
  };
  readonly caches = new CacheMeter();
  readonly #more: Family[] = [...this.caches.families()];

  /** Families that are looked up when they are asked for. */
  add(...families: readonly Family[]): void {
    this.#more.push(...families);
  }

  /** A version was found that answers this request. */
  acquired(watch: RequestWatch): void {
    this.#arm(watch.head.protocol, watch.model, watch.version).inFlight += 1;
  }

  /**
   * A request was answered, or given up.
   *
   * @param code - of the protocol: an HTTP status, a name of gRPC
   * @param isKnown - whether its model is one that is served; others share one series
   */
  finished(watch: RequestWatch, code: string, isKnown: boolean): void {
    const { model, version } = watch;
    const { protocol } = watch.head;
    if (version !== null) this.#arm(protocol, model, version).inFlight -= 1;
    const arm = isKnown ? this.#arm(protocol, model, version) : this.#arm(protocol, null, null);
    arm.duration.observe((performance.now() - watch.startedMs) / 1_000);
    let counter = arm.byCode.get(code);
    if (counter === undefined) {
      counter = this.#requests.of(...arm.labels, code);
      arm.byCode.set(code, counter);
    }
    counter.add();
    if (watch.rows > 0) arm.rows.add(watch.rows);
    if (watch.imputedValues > 0) this.#imputed.of(model ?? '').add(watch.imputedValues);
    if (watch.outlierRows > 0) this.#outliers.of(model ?? '').add(watch.outlierRows);
    if (watch.unknownCategories > 0) {
      this.#unknownCategories.of(model ?? '').add(watch.unknownCategories);
    }
    let fromMs = watch.acquiredMs;
    for (const stage of STAGES) {
      const toMs = watch.doneMs(stage);
      if (toMs === 0) continue;
      this.#stageSeries[stage].observe((toMs - fromMs) / 1_000);
      fromMs = toMs;
    }
  }

  /** Where batches of a model are counted; keep it. */
  batches(model: string): Histogram {
    return this.#batches.of(model);
  }

  /** Requests that are being answered, by model, version and protocol. */
  *inFlight(): Iterable<readonly [labels: readonly string[], value: number]> {
    for (const models of this.#arms.values()) {
      for (const versions of models.values()) {
        for (const { labels, inFlight } of versions.values()) yield [labels, inFlight];
      }
    }
  }

  render(): string {
    return renderFamilies([
      this.#requests,
      this.#duration,
      this.#rows,
      this.#stages,
      this.#batches,
      this.#imputed,
      this.#outliers,
      this.#unknownCategories,
      ...this.#more,
    ]);
  }

  #arm(protocol: Protocol, model: string | null, version: number | null): Arm {
    const versions = entry(
      entry(this.#arms, protocol, () => new Map<string, Map<number, Arm>>()),
      model ?? '',
      () => new Map<number, Arm>(),
    );
    return entry(versions, version ?? 0, () => this.#newArm(protocol, model, version));
  }

  #newArm(protocol: Protocol, model: string | null, version: number | null): Arm {
    const labels = [model ?? '', version === null ? '' : String(version), protocol];
    return {
      labels,
      inFlight: 0,
      duration: this.#duration.of(...labels),
      rows: this.#rows.of(...labels),
      byCode: new Map(),
    };
  }
}

/** What the map has under this key, made where there is nothing yet. */
function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
