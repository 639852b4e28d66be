import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { WatchDeps } from './activities/deps.js';
import { createActivities } from './activities/index.js';
import { startGuard } from './activities/model-client.js';
import { type MirroredRegistry, setUpMirror } from './activities/tracking/set-up-mirror.js';
import { readVersion } from './cli/version.js';
import { isMillraceError, MillraceError } from './contracts/index.js';
import { createLogger, type Logger, temporalLogger } from './logging/logger.js';
import { createPredictionReader } from './models/predictions/prediction-reader.js';
import { createServiceReader } from './models/predictions/service-reader.js';
import { openRegistryWriter, registryPlace } from './models/registry/index.js';
import { createModelServers, type ModelServers } from './models/sources/index.js';
import { pinnedLibraries } from './pipelines/cache/index.js';
import { imagesHere } from './processes/containers/images-here.js';
import { officialClusters } from './processes/kubernetes/official-cluster.js';
import { createProcessRunner } from './processes/process-runner.js';
import { pythonEnvironment } from './setup/pinned-environment.mjs';
import { packageRoot } from './setup/places.mjs';
import { createLocalArtifactStore } from './storage/artifacts/local-store.js';
import { createHome } from './storage/home/create-home.js';
import { openTracing, type Tracing } from './telemetry/index.js';
import {
  deploymentOptions,
  keepRunsGoing,
  readBuild,
  type WorkflowBuild,
} from './temporal/builds/index.js';
import { connectTemporal, temporalTarget } from './temporal/connection.js';
import { connectWorker } from './temporal/native-connection.js';
import { traceActivities } from './temporal/trace-activities.js';
import { controlWorkerOptions, stepWorkerOptions } from './temporal/worker-options.js';

/** Environment of the worker process, as `millrace up` or `millrace worker` sets it. */
interface WorkerEnvironment {
  /** State directory. */
  readonly home: string;
  /** Interpreter of the virtual environment. */
  readonly python: string;
  /** Step queues to serve instead of the default ones; empty: control and steps. */
  readonly queues: readonly string[];
  /** Workflows keep to the build that they began with, or take the newest: Worker Versioning. */
  readonly versioned: boolean;
  /** Stop when the parent's pipe on stdin closes. */
  readonly watchesParent: boolean;
}

function readEnvironment(env: NodeJS.ProcessEnv): WorkerEnvironment {
  const required = (name: string, hint: string): string => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new MillraceError('InvalidInput', `${name} is not set`, hint);
    }
    return value;
  };
  return {
    home: required('MILLRACE_HOME', 'start the worker with `millrace worker` or `millrace up`'),
    python: required('MILLRACE_PYTHON', 'run `millrace setup`, which makes the Python environment'),
    queues: (env['MILLRACE_WORKER_QUEUES'] ?? '').split(',').filter((queue) => queue !== ''),
    versioned: env['MILLRACE_WORKER_VERSIONING'] === '1',
    watchesParent: env['MILLRACE_PARENT_PIPE'] === '1',
  };
}

/** Made once at build time: bundling at each start would take seconds. */
const BUNDLE_FILE = fileURLToPath(new URL('./workflows.bundle.js', import.meta.url));

/** Server and worker are started at the same time. */
const SERVER_MAY_START_MS = 30_000;

async function buildDeps(
  environment: WorkerEnvironment,
  logger: Logger,
): Promise<
  WatchDeps & {
    readonly mirror: MirroredRegistry;
    readonly servers: ModelServers;
    close(): Promise<void>;
  }
> {
  const home = await createHome(environment.home);
  const python = {
    executable: environment.python,
    directory: join(packageRoot(), 'python'),
  };
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const temporal = await connectTemporal({ timeoutMs: SERVER_MAY_START_MS });
  const mirror = setUpMirror(await openRegistryWriter(registryPlace(home)), {
    client: temporal.client,
    logger,
    env: process.env,
  });
  const { registry, tracking } = mirror;
  const predictions = createPredictionReader(home.predictionsDir);
  const processes = createProcessRunner({
    home,
    artifacts,
    logger,
    python,
    openCluster: officialClusters(),
  });
  const servers = createModelServers({ home, artifacts, logger, python });
  return {
    home,
    registry,
    tracking,
    mirror,
    artifacts,
    processes,
    images: imagesHere(process.env, (text) => logger.info(text)),
    servers,
    logger,
    predictions,
    predictionLog: predictions,
    service: {
      ...createServiceReader(home.predictionsDir),
      arrivals: (model, window) => predictions.arrivals(model, window),
    },
    python: {
      ...python,
      environment: await pinnedLibraries(join(python.directory, 'requirements.txt')),
      tuning: () =>
        pythonEnvironment(join(python.directory, 'requirements-tuning.txt'), { complete: true }),
    },
    temporal: temporal.client,
    async close() {
      await Promise.all([processes.close(), servers.close()]);
      await temporal.connection.close();
      await registry.close();
    },
  };
}

function workflowsOf(build: WorkflowBuild | null) {
  return { workflowBundle: build === null ? { codePath: BUNDLE_FILE } : { code: build.code } };
}

async function createWorkers(
  deps: WatchDeps,
  connection: NativeConnection,
  queues: readonly string[],
  build: WorkflowBuild | null,
  tracing: Tracing | null,
): Promise<Worker[]> {
  const { namespace } = temporalTarget();
  const activities = createActivities(deps);
  const interceptors = tracing === null ? {} : { activity: [traceActivities(tracing)] };
  const steps = (queue?: string): Promise<Worker> =>
    Worker.create({
      ...stepWorkerOptions(queue),
      namespace,
      connection,
      activities,
      interceptors,
    });
  if (queues.length > 0) return Promise.all(queues.map(steps));
  const control = Worker.create({
    ...controlWorkerOptions(),
    ...(build !== null && { workerDeploymentOptions: deploymentOptions(build.buildId) }),
    namespace,
    connection,
    activities,
    interceptors,
    ...workflowsOf(build),
  });
  return Promise.all([control, steps()]);
}

async function main(): Promise<void> {
  const environment = readEnvironment(process.env);
  const logger = createLogger('worker');
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] });
  const deps = await buildDeps(environment, logger);
  const swept = await deps.processes.sweep();
  if (swept.length > 0) logger.warn({ groups: swept }, 'ended process groups of an earlier worker');
  await deps.servers.sweep();

  const connection = await connectWorker(temporalTarget());
  const tracing = await openTracing('millrace-worker', readVersion());
  const build = environment.versioned ? await readBuild(BUNDLE_FILE) : null;
  const buildId = build?.buildId ?? null;
  const workers = await createWorkers(deps, connection, environment.queues, build, tracing);
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.once('SIGTERM', shutdown);
  process.once('SIGINT', shutdown);
  if (environment.watchesParent)
    process.stdin.once('end', shutdown).once('error', shutdown).resume();

  if (environment.queues.length === 0) {
    await startGuard(deps.temporal);
    // Nobody waits for what is told outside.
    void deps.mirror.catchUp();
  }
  const running = Promise.all(workers.map((worker) => worker.run()));
  // The server learns of a build by a worker that asks for work: they run already, and may fail.
  running.catch(() => undefined);
  const going =
    environment.queues.length > 0
      ? null
      : await keepRunsGoing({ client: deps.temporal, buildId, replay: workflowsOf(build), logger });
  process.stdout.write(
    `${JSON.stringify({ event: 'ready', pid: process.pid, queues: workers.map((worker) => worker.options.taskQueue), buildId })}\n`,
  );
  try {
    await running;
  } finally {
    going?.stop();
    await connection.close();
    await deps.close();
    await tracing?.close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const hint = isMillraceError(error) && error.hint !== undefined ? `\n  ${error.hint}` : '';
    process.stderr.write(
      `worker: ${error instanceof Error ? error.message : String(error)}${hint}\n`,
    );
    process.exit(isMillraceError(error) && error.type === 'ServiceUnavailable' ? 69 : 1);
  },
);
