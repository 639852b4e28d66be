import type { Context, Tracer } from '@opentelemetry/api';
import type { TraceContext } from './trace-context.js';
import type { Span, SpanKind, SpanOptions, Tracing } from './tracing.js';

type Api = typeof import('@opentelemetry/api');

/** OpenTelemetry's own numbers of the kinds. */
const KIND: { readonly [kind in SpanKind]: number } = {
  internal: 0,
  server: 1,
  client: 2,
  producer: 3,
  consumer: 4,
};

/** Spans over OTLP/HTTP, gathered and sent beside the work. */
export class OtlpTracing implements Tracing {
  readonly #api: Api;
  readonly #tracer: Tracer;
  readonly #shutdown: () => Promise<void>;

  private constructor(api: Api, tracer: Tracer, shutdown: () => Promise<void>) {
    this.#api = api;
    this.#tracer = tracer;
    this.#shutdown = shutdown;
  }

  static async open(service: string, version: string): Promise<OtlpTracing> {
    const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
    const provider = new sdk.NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
      spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
    });
    // A collector that cannot be reached must not keep a process from ending.
    const shutdown = () => provider.shutdown().catch(() => undefined);
    return new OtlpTracing(api, provider.getTracer('millrace', version), shutdown);
  }

  start({ name, kind = 'internal', parent, startMs, attributes }: SpanOptions): Span {
    const span = this.#tracer.startSpan(
      name,
      {
        kind: KIND[kind],
        ...(startMs !== undefined && { startTime: startMs }),
        ...(attributes !== undefined && { attributes }),
      },
      this.#contextOf(parent),
    );
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      context: { traceId, spanId, sampled: (traceFlags & 1) === 1 },
      set: (more) => {
        span.setAttributes(more);
      },
      end: (endMs, error) => {
        if (error !== undefined) span.setStatus({ code: 2, message: error });
        span.end(endMs);
      },
    };
  }

  close(): Promise<void> {
    return this.#shutdown();
  }

  #contextOf(parent: TraceContext | null): Context {
    const { ROOT_CONTEXT, trace } = this.#api;
    if (parent === null) return ROOT_CONTEXT;
    const { traceId, spanId, sampled } = parent;
    const traceFlags = sampled ? 1 : 0;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
  }
}
