import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Champions } from '../champions.js';
import { CollectedFamily, type Family, single } from './exposition.js';
import type { ServingMetrics } from './serving-metrics.js';

export interface GatewayFamiliesDeps {
  readonly champions: Pick<
    Champions,
    'servedVersions' | 'fallbacks' | 'route' | 'models' | 'isReady' | 'cutOff'
  >;
  readonly metrics: Pick<ServingMetrics, 'inFlight'>;
  readonly productVersion: string;
}

/** What is looked up at the moment of a scrape: what is served, how it is shared out, the process. */
export function gatewayFamilies(deps: GatewayFamiliesDeps): readonly Family[] {
  const { champions, metrics, productVersion } = deps;
  return [
    new CollectedFamily(
      'millrace_requests_in_flight',
      'Requests that a version is answering.',
      'gauge',
      ['model', 'version', 'protocol'],
      () => metrics.inFlight(),
    ),
    new CollectedFamily(
      'millrace_model_loaded',
      'Versions that are held ready, by what they are held for.',
      'gauge',
      ['model', 'version', 'role'],
      () => loadedVersions(champions),
    ),
    new CollectedFamily(
      'millrace_route_weight_percent',
      'Share of the requests that each version is given.',
      'gauge',
      ['model', 'version'],
      () => weights(champions),
    ),
    single('millrace_ready', 'Whether every model has a version that answers.', 'gauge', () =>
      champions.isReady() ? 1 : 0,
    ),
    single(
      'millrace_registry_reachable',
      'Whether the registry can be read; 0: the last state that was read is served.',
      'gauge',
      () => (champions.cutOff()?.until === null ? 0 : 1),
    ),
    new CollectedFamily(
      'millrace_info',
      'The version of millrace.',
      'gauge',
      ['version', 'node'],
      () => [[[productVersion, process.version], 1]],
    ),
    ...processFamilies(),
  ];
}

function* loadedVersions(
  champions: Pick<Champions, 'servedVersions' | 'fallbacks' | 'route'>,
): Iterable<readonly [readonly string[], number]> {
  const served = champions.servedVersions();
  for (const [model, version] of Object.entries(served)) {
    yield [[model, String(version), 'champion'], 1];
    const route = champions.route(model);
    for (const arm of route?.arms ?? []) {
      if (arm.version !== version) yield [[model, String(arm.version), 'arm'], 1];
    }
    for (const shadow of route?.shadows ?? []) yield [[model, String(shadow), 'shadow'], 1];
  }
  for (const [model, version] of Object.entries(champions.fallbacks())) {
    yield [[model, String(version), 'fallback'], 1];
  }
}

/** A model without a rollout has one arm: what answers. */
function* weights(
  champions: Pick<Champions, 'servedVersions' | 'fallbacks' | 'route' | 'models'>,
): Iterable<readonly [readonly string[], number]> {
  const served = champions.servedVersions();
  const fallbacks = champions.fallbacks();
  for (const model of champions.models()) {
    const only = fallbacks[model] ?? (champions.route(model) === null ? served[model] : undefined);
    if (only !== undefined) {
      yield [[model, String(only)], 100];
      continue;
    }
    for (const { version, weightPercent } of champions.route(model)?.arms ?? []) {
      yield [[model, String(version)], weightPercent];
    }
  }
}

/** Names that every Prometheus client library uses. */
function processFamilies(): readonly Family[] {
  const startedSeconds = Date.now() / 1_000 - process.uptime();
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  return [
    single('process_resident_memory_bytes', 'Resident memory.', 'gauge', () =>
      process.memoryUsage.rss(),
    ),
    single('process_cpu_seconds_total', 'Time on processors.', 'counter', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }),
    single('process_start_time_seconds', 'When the process began.', 'gauge', () => startedSeconds),
    single(
      'nodejs_heap_size_used_bytes',
      'Heap in use.',
      'gauge',
      () => process.memoryUsage().heapUsed,
    ),
    single(
      'nodejs_eventloop_lag_p99_seconds',
      'Delay of the event loop since the scrape before: 99 of 100 were shorter.',
      'gauge',
      () => {
        const seconds = lag.percentile(99) / 1e9;
        lag.reset();
        return Number.isFinite(seconds) ? seconds : 0;
      },
    ),
    single('millrace_processors', 'Processors that the process may use.', 'gauge', () =>
      availableParallelism(),
    ),
  ];
}
