import type { TraceContext } from './trace-context.js';

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type Attributes = { readonly [name: string]: string | number | boolean };

export interface SpanOptions {
  readonly name: string;
  /** `internal` by default. */
  readonly kind?: SpanKind;
  /** `null`: a trace begins here. */
  readonly parent: TraceContext | null;
  /** Wall clock in ms; now by default. */
  readonly startMs?: number;
  readonly attributes?: Attributes;
}

export interface Span {
  readonly context: TraceContext;
  set(attributes: Attributes): void;
  /**
   * @param endMs - wall clock; now by default
   * @param error - what failed; absent: nothing did
   */
  end(endMs?: number, error?: string): void;
}

/** Records spans. */
export interface Tracing {
  start(options: SpanOptions): Span;
  /** Sends what was recorded. */
  close(): Promise<void>;
}

/**
 * Whether the standard variables ask for traces: an endpoint is set, and nothing says no.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function wantsTraces(env: NodeJS.ProcessEnv): boolean {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  return (
    endpoint !== undefined &&
    endpoint !== '' &&
    env['OTEL_SDK_DISABLED']?.toLowerCase() !== 'true' &&
    (env['OTEL_TRACES_EXPORTER'] ?? 'otlp') === 'otlp'
  );
}

/**
 * Sends spans over OTLP/HTTP where the environment names a collector. OpenTelemetry is loaded here
 * alone: who does not trace does not pay for it. Endpoint, headers, sampler and limits are its own
 * variables.
 *
 * @param service - `service.name` where `OTEL_SERVICE_NAME` says nothing else
 * @returns `null` where no traces are asked for
 */
export async function openTracing(
  service: string,
  version: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Tracing | null> {
  if (!wantsTraces(env)) return null;
  const { OtlpTracing } = await import('./otlp-tracing.js');
  return OtlpTracing.open(env['OTEL_SERVICE_NAME'] ?? service, version);
}
