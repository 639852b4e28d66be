import { parseTraceparent, type Tracing } from '../../../telemetry/index.js';
import type { Access } from '../../access/index.js';
import { wallClock } from '../../predictions/wall-clock.js';
import type { Champions } from '../champions.js';
import type { TrafficMeter } from '../health/traffic-meter.js';
import type { AccessLine, AccessLog } from './access-log.js';
import { type RequestHead, RequestWatch } from './request-watch.js';
import type { ServingMetrics } from './serving-metrics.js';
import { addParts } from './trace-requests.js';

export interface WatcherDeps {
  readonly access: Pick<Access, 'denials' | 'gatewayId'>;
  readonly champions: Pick<Champions, 'isKnown'>;
  readonly traffic: TrafficMeter;
  readonly metrics: ServingMetrics;
  /** `null` where no traces are asked for. */
  readonly tracing: Tracing | null;
  /** `null` where requests are not written down. */
  readonly accessLog: AccessLog | null;
}

/** How a request for predictions ended. */
export interface Ending {
  /** Of HTTP, or what it would be there. */
  readonly status: number;
  /** Of its protocol: an HTTP status, a name of gRPC. */
  readonly code: string;
  readonly bytesOut: number;
}

/**
 * Tells of every request for predictions, whichever protocol it came by: the metrics, the record of the
 * service's health, traces, the access log, and the audit log where it was denied.
 */
export class PredictionWatcher {
  readonly #deps: WatcherDeps;

  constructor(deps: WatcherDeps) {
    this.#deps = deps;
  }

  /** A request has come; {@link ended} is to be called once for it. */
  begun(head: RequestHead, model: string | null): RequestWatch {
    const watch = new RequestWatch(head);
    watch.model = model;
    return watch;
  }

  /**
   * It was let in: a span begins.
   *
   * @param traceparent - of its client
   */
  admitted(watch: RequestWatch, traceparent: string | readonly string[] | undefined): void {
    const { tracing } = this.#deps;
    if (tracing === null) return;
    const { protocol, method, route } = watch.head;
    watch.span = tracing.start({
      name: `${method} ${route}`,
      kind: 'server',
      parent: parseTraceparent(traceparent),
      attributes:
        protocol === 'grpc'
          ? { 'rpc.system': 'grpc', 'rpc.method': method }
          : { 'http.request.method': method, 'http.route': route },
    });
  }

  /** It was answered, or given up. */
  ended(watch: RequestWatch, ending: Ending): void {
    const { champions, metrics, traffic, accessLog } = this.#deps;
    const { status, code, bytesOut } = ending;
    const { model, arm, head } = watch;
    const isKnown = model !== null && champions.isKnown(model);
    metrics.finished(watch, code, isKnown);
    if (isKnown && !watch.isTest) {
      const tookMs = performance.now() - watch.startedMs;
      traffic.count(model, status, tookMs, head.bytesIn, bytesOut);
      if (arm !== null) traffic.countArm(model, arm, status, tookMs);
    }
    if (watch.span !== null) this.#endSpan(watch, ending);
    if (accessLog !== null) accessLog.write(accessLine(watch, ending));
    if (watch.caller === null || status === 401 || status === 403) this.#denied(watch, status);
  }

  #endSpan(watch: RequestWatch, { status, code }: Ending): void {
    const { tracing } = this.#deps;
    const { span, head } = watch;
    if (tracing === null || span === null) return;
    span.set(
      head.protocol === 'grpc'
        ? { 'rpc.grpc.status': code }
        : { 'http.response.status_code': status },
    );
    addParts(tracing, watch, span);
    span.end(undefined, status >= 500 ? `status ${code}` : undefined);
  }

  #denied({ caller, refusal, head, model }: RequestWatch, status: number): void {
    const { denials, gatewayId } = this.#deps.access;
    const who = caller ?? refusal?.principal ?? null;
    denials.add({
      at: new Date().toISOString(),
      by: gatewayId,
      who: who === null ? null : { kind: who.kind, id: who.id, name: who.name },
      from: head.from,
      what: head.protocol === 'grpc' ? `gRPC ${head.method}` : `${head.method} ${head.path}`,
      access: 'predict',
      model,
      outcome: 'denied',
      status,
      ...(refusal !== null && { reason: refusal.message }),
    });
  }
}

function accessLine(watch: RequestWatch, { status, code, bytesOut }: Ending): AccessLine {
  const { head, caller, model, version, rows, span } = watch;
  const isGrpc = head.protocol === 'grpc';
  return {
    at: wallClock(),
    protocol: isGrpc ? 'grpc' : 'http',
    method: head.method,
    path: head.path,
    status: isGrpc ? code : status,
    ms: Math.round((performance.now() - watch.startedMs) * 1_000) / 1_000,
    from: head.from,
    who: caller?.name ?? null,
    bytesIn: head.bytesIn,
    bytesOut,
    ...(model !== null && { model }),
    ...(version !== null && { version }),
    ...(rows > 0 && { rows }),
    ...(watch.isTest && { test: true }),
    ...(span !== null && { traceId: span.context.traceId }),
  };
}
