import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTrace } from '../../telemetry/index.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { startTraceCollector, type TraceCollector } from '../support/trace-collector.js';

const TRACE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  sampled: true,
};

const YAML = `apiVersion: millrace/v1
name: traced
steps:
  wait: { uses: noop }
`;

let stack: TestStack;
let collector: TraceCollector;

beforeAll(async () => {
  collector = await startTraceCollector();
  stack = await startTestStack();
});

afterAll(async () => {
  await stack.close();
  await collector.close();
});

test('the activities of a run belong to the trace within which it was started; others to none', async () => {
  const worker = await stack.startWorker({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  const traced = await withTrace(TRACE, () => stack.startRun(YAML));
  const untraced = await stack.startRun(YAML);
  await Promise.all([stack.result(traced), stack.result(untraced)]);
  await worker.end();

  const spans = collector.spans.filter(({ service }) => service === 'millrace-worker');
  expect(spans.length).toBeGreaterThan(0);
  for (const span of spans) {
    expect(span).toMatchObject({
      traceId: TRACE.traceId,
      parentSpanId: TRACE.spanId,
      failed: false,
    });
    expect(span.name).toMatch(/^activity [a-zA-Z]+$/);
    expect(span.attributes['millrace.workflow']).toContain(traced.runId);
  }
});
