import { expect, test } from 'vitest';
import { formatTraceparent, parseTraceparent, wantsTraces } from '../../telemetry/index.js';

const ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

test.each([
  [`00-${ID}-${SPAN}-01`, true],
  [`00-${ID}-${SPAN}-00`, false],
  [`00-${ID}-${SPAN}-03`, true],
  [`cc-${ID}-${SPAN}-01-what-comes-later`, true],
])('%s is read', (text, sampled) => {
  expect(parseTraceparent(text)).toEqual({ traceId: ID, spanId: SPAN, sampled });
});

test.each([
  undefined,
  7,
  '',
  `00-${ID}-${SPAN}`,
  `00-${ID}-${SPAN}-01-more`,
  `ff-${ID}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${ID}-${'0'.repeat(16)}-01`,
  `00-${ID.toUpperCase()}-${SPAN}-01`,
])('%s is none', (text) => {
  expect(parseTraceparent(text)).toBeNull();
});

test('what is written is read again', () => {
  const context = { traceId: ID, spanId: SPAN, sampled: true };
  expect(parseTraceparent(formatTraceparent(context))).toEqual(context);
});

test.each([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }, false],
])('%j asks for traces: %s', (env, wanted) => {
  expect(wantsTraces(env)).toBe(wanted);
});
