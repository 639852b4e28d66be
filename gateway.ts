import { realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVersion } from './cli/version.js';
import { createLogger, type Logger } from './logging/logger.js';
import { openAccess } from './models/access/index.js';
import { maskingKey } from './models/predictions/masking-key.js';
import { openPredictionLog } from './models/predictions/prediction-log.js';
import {
  openLeaseWriter,
  openRegistryReader,
  openRegistryWriter,
  registryPlace,
} from './models/registry/index.js';
import { asksCallers, requireWayIn } from './models/serving/access/listen-address.js';
import { openTls } from './models/serving/access/tls-files.js';
import { Champions } from './models/serving/champions.js';
import { closeInTurn } from './models/serving/close-in-turn.js';
import { FeatureLookups } from './models/serving/features/feature-lookups.js';
import { LookupMetrics } from './models/serving/features/lookup-metrics.js';
import { TrafficMeter } from './models/serving/health/traffic-meter.js';
import { LeaseBeat } from './models/serving/lease-beat.js';
import { gatewayId, listenError } from './models/serving/listening.js';
import { MemoryBudget, MODEL_MEMORY_BYTES } from './models/serving/memory/memory-budget.js';
import { memoryFamilies } from './models/serving/memory/memory-families.js';
import { AccessLog } from './models/serving/observing/access-log.js';
import { gatewayFamilies } from './models/serving/observing/gateway-families.js';
import { ServingMetrics } from './models/serving/observing/serving-metrics.js';
import { OtherVersions } from './models/serving/other-versions.js';
import { processNumber, shareOfMemory } from './models/serving/processes/one-of-several.js';
import { printReady, tellStarterReady } from './models/serving/processes/ready.js';
import { runProcesses } from './models/serving/processes/run-processes.js';
import { SiblingMetrics } from './models/serving/processes/sibling-metrics.js';
import { startGrpcWhereAsked } from './models/serving/protocols/grpc/start-where-asked.js';
import type { DeclaredRoute } from './models/serving/route-declaration.js';
import { ShadowCopies } from './models/serving/routing/shadow-copies.js';
import { buildServer } from './models/serving/server.js';
import { type GatewaySettings, settingsFromEnvironment } from './models/serving/settings.js';
import { LazySignaller } from './models/serving/signals/lazy-signaller.js';
import { tellStartFailure } from './models/serving/start-failure.js';
import { stopRequested } from './models/serving/stop-requested.js';
import { stopServer } from './models/serving/stop-server.js';
import { startUpkeep } from './models/serving/upkeep.js';
import { createVersionLoader } from './models/serving/version-loader.js';
import { createModelServers } from './models/sources/index.js';
import { namedPython } from './processes/named-python.js';
import { packageRoot } from './setup/places.mjs';
import { createLocalArtifactStore } from './storage/artifacts/local-store.js';
import { createHome } from './storage/home/create-home.js';
import { findHome } from './storage/home/find-home.js';
import { openTracing } from './telemetry/index.js';

const DEFAULT_PORT = 7700;
/** A process of its own, so not in this one's bundle. */
const KEEP_LOG_PROGRAM = './models/predictions/keeping/keep-main.js';

export interface GatewayOptions extends GatewaySettings {
  /** Which of several processes on this port it is, from 1; absent: the only one. */
  readonly process?: number;
  /** The state directory; made when it is not there. */
  readonly home: string;
  readonly logger?: Logger;
  /** How often the registry is asked for champions; 300 ms by default. */
  readonly pollIntervalMs?: number;
  /** How often the lease is written; 1 s by default. */
  readonly leaseIntervalMs?: number;
  /** How often the prediction log is tidied; 10 min by default. */
  readonly keepLogIntervalMs?: number;
  /** Where Temporal is looked for when a signal comes; this process's environment by default. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Gateway {
  /** Names its lease and its log directory; the same at each start on the same port. */
  readonly id: string;
  /** `http://127.0.0.1:7700` */
  readonly address: string;
  /** `127.0.0.1:8001`; `null` where gRPC is not spoken. */
  readonly grpcAddress: string | null;
  readonly routes: readonly DeclaredRoute[];
  /** Finishes what is in flight, flushes the log, takes the lease away. */
  close(): Promise<void>;
}

/**
 * Starts a gateway in this process.
 *
 * @throws MillraceError `InvalidInput` for a host that other machines reach and no way to tell who calls,
 * `ServiceUnavailable` when the port is taken, `RegistryUnavailable` when the registry cannot be opened
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = '127.0.0.1', port = DEFAULT_PORT, logger = createLogger('gateway') } = options;
  const required = asksCallers(host, options.auth ?? 'auto');
  const tls = await openTls(options, logger);
  const home = await createHome(options.home);
  const id = gatewayId(host, port, options.process);
  const access = await openAccess({ home: home.root, gatewayId: id, required, logger });
  if (required) requireWayIn(host, access.hasWayIn());
  const place = registryPlace(home, options.env);
  const registry = await openRegistryReader(place);
  const leases = await openLeaseWriter(place);
  const { fsyncIntervalMs } = options;
  const log = openPredictionLog({
    directory: home.predictionsDir,
    gatewayId: id,
    logger,
    ...(fsyncIntervalMs !== undefined && { fsyncIntervalMs }),
  });
  const metrics = new ServingMetrics();
  const lookupMetrics = new LookupMetrics();
  const lookups = new FeatureLookups({
    home,
    env: options.env ?? process.env,
    metrics: lookupMetrics,
  });
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const python = namedPython(options.env ?? process.env, packageRoot());
  const servers = createModelServers({ home, artifacts, logger, ...python });
  const budget = new MemoryBudget(options.modelMemoryBytes ?? MODEL_MEMORY_BYTES);
  const load = createVersionLoader({
    artifacts,
    servers,
    logger,
    budget,
    maskingKey: () => maskingKey(home.root),
    metrics,
    lookups,
  });
  const others = new OtherVersions(registry, load);
  const { pollIntervalMs = 300, leaseIntervalMs = 1_000 } = options;
  const champions = new Champions({
    registry,
    load,
    logger,
    pollIntervalMs,
    onChange: () => lease.beat(),
  });
  let address = '';
  const lease = new LeaseBeat({
    leases,
    logger,
    intervalMs: leaseIntervalMs,
    describe: () => ({
      id,
      address,
      servedVersions: champions.servedVersions(),
      fallbacks: champions.fallbacks(),
      routes: champions.routes(),
      failures: champions.failures(),
      cutOff: champions.cutOff(),
      generation: champions.generation,
    }),
  });
  const productVersion = readVersion();
  const { env = process.env } = options;
  const signaller = new LazySignaller(async () => {
    const { ModelSignaller } = await import('./temporal/model-signaller.js');
    return new ModelSignaller({ env });
  });
  // Where signals are expected, the client is loaded before predictions could wait for it.
  if (access.expectsSignals) await signaller.load();
  const traffic = new TrafficMeter();
  const tracing = await openTracing('millrace-gateway', productVersion);
  const accessLog = options.accessLog ? new AccessLog(options.accessLog, logger) : null;
  metrics.add(
    ...gatewayFamilies({ champions, metrics, productVersion }),
    ...lookupMetrics.families,
    ...memoryFamilies(budget),
  );
  const shadows = new ShadowCopies({ log, logger });
  const ownMetrics = () => metrics.render();
  const siblings = options.process === undefined ? null : new SiblingMetrics(ownMetrics);
  const deps = {
    access,
    champions,
    others,
    registry,
    log,
    shadows,
    traffic,
    metrics,
    exposition: siblings === null ? ownMetrics : () => siblings.all(),
    tracing,
    accessLog,
    signals: { sender: signaller },
    logger,
    productVersion,
  };
  const server = buildServer(deps, { ...options, tls });
  /** Nothing that was opened outlives a start that fails. */
  const abandon = async (error: unknown): Promise<never> => {
    const opened = [server, access, signaller, shadows, servers, lookups, log, registry, leases];
    await Promise.all([...opened, tracing, accessLog].map((one) => one?.close()));
    throw listenError(error, host, port);
  };
  address = await server.listen({ host, port }).catch(abandon);
  const grpc = await startGrpcWhereAsked(deps, { ...options, host, tls }).catch(abandon);
  // Only now is this process alone under its id: nothing was written before the port was its own.
  await servers.sweep();
  access.start();
  champions.start();
  lease.start();
  const upkeep = startUpkeep({
    directory: home.predictionsDir,
    gatewayId: id,
    address,
    traffic,
    champions,
    // One pass for all that the directory has.
    keepsLog: (options.process ?? 1) === 1,
    keepLogProgram: fileURLToPath(new URL(KEEP_LOG_PROGRAM, import.meta.url)),
    healthIntervalMs: options.healthIntervalMs,
    keepLogIntervalMs: options.keepLogIntervalMs,
    logger,
  });
  logger.info({ id, address }, 'gateway is listening');
  return {
    id,
    address,
    grpcAddress: grpc?.address ?? null,
    routes: server.declaredRoutes,
    async close() {
      await closeInTurn(logger, [
        ['lease', () => lease.stop()],
        ['server', () => Promise.all([stopServer(server), grpc?.close()])],
        ['access', () => access.close()],
        ['upkeep', () => upkeep.stop()],
        ['signals', () => signaller.close()],
        ['shadows', () => shadows.close()],
        ['versions', () => Promise.all([champions.stop(), others.stop()])],
        ['model servers', () => servers.close()],
        ['feature lookups', () => lookups.close()],
        ['logs', () => Promise.all([log, upkeep, tracing, accessLog].map((one) => one?.close()))],
        ['registry', () => Promise.all([leases.close(), registry.close()])],
      ]);
      logger.info({ id }, 'gateway has stopped');
    },
  };
}

/** @returns the exit code */
async function main(): Promise<number> {
  const { env } = process;
  const stop = stopRequested(env['MILLRACE_PARENT_PIPE'] === '1');
  const { layout } = await findHome({ cwd: process.cwd(), env });
  const { MILLRACE_PACKAGE: path } = env;
  if (path) {
    // In the registry that others share, its version would be in production for all of them.
    delete env['MILLRACE_REGISTRY_URL'];
    // Not once more by processes that this one starts.
    delete env['MILLRACE_PACKAGE'];
    await openPackage(layout.root, path);
  }
  const { processes = 1, ...settings } = settingsFromEnvironment(env);
  const number = processNumber(env);
  if (processes > 1 && number === null) {
    delete env['MILLRACE_PARENT_PIPE'];
    const logger = createLogger('gateway');
    return runProcesses({ count: processes, stop, onReady: printReady, logger });
  }
  const gateway = await startGateway({
    home: layout.root,
    ...settings,
    ...(number !== null && { process: number, ...shareOfMemory(settings, processes) }),
  });
  const tellReady = number === null ? printReady : tellStarterReady;
  tellReady(gateway);
  await stop;
  await gateway.close();
  return 0;
}

/** A package in the place of a registry that others fill: its version becomes the champion. */
async function openPackage(root: string, path: string): Promise<void> {
  const home = await createHome(root);
  const { servePackage } = await import('./models/packaging/serve-package.js');
  const registry = await openRegistryWriter(registryPlace(home));
  const scratch = await mkdtemp(join(home.runtimeDir, 'package-'));
  try {
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    await servePackage({ registry, artifacts }, resolve(path), scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await registry.close();
  }
}

function isMain(): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  main()
    .catch(tellStartFailure)
    .then((code) => process.exit(code));
}
