export { activeTrace, withTrace } from './active-trace.js';
export {
  formatTraceparent,
  parseTraceparent,
  TRACEPARENT,
  type TraceContext,
} from './trace-context.js';
export {
  type Attributes,
  openTracing,
  type Span,
  type SpanOptions,
  type Tracing,
  wantsTraces,
} from './tracing.js';
