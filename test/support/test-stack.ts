import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { uuidv7 } from 'uuidv7';
import {
  checkParams,
  type JsonObject,
  MEDIA_TYPE,
  type RunPipelineInput,
  type RunPipelineResult,
  runSearchAttributes,
  runWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { openRegistryReader, registryPlace } from '../../models/registry/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { compilePipeline } from '../../pipelines/compile.js';
import { locatePython } from '../../setup/python-environment.mjs';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { createHome } from '../../storage/home/create-home.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { connectTemporal, type TemporalClient } from '../../temporal/connection.js';
import type { DevServerOptions } from '../../temporal/server.js';
import { startTestServer, type TestServer } from './test-server.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** One of millrace's own processes, as the build made it. */
export interface TestProcess {
  readonly child: ChildProcess;
  /** What it said on its ready line. */
  readonly ready: { readonly address?: string; readonly buildId?: string };
  /** Everything it wrote to stderr so far. */
  log(): string;
  /** Ends it and waits; SIGTERM by default. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** A real server, a real worker and, where asked for, a real gateway, over a state directory of their own. */
export interface TestStack {
  readonly server: TestServer;
  readonly home: HomeLayout;
  readonly temporal: TemporalClient;
  readonly registry: RegistryReader;
  readonly directory: string;
  /** @param root - of the build whose worker it is; this checkout when absent */
  startWorker(env?: Readonly<Record<string, string>>, root?: string): Promise<TestProcess>;
  startGateway(env?: Readonly<Record<string, string>>): Promise<TestProcess>;
  /** Compiles the text and starts a run of it; the file's directory is `directory`. */
  startRun(yaml: string, options?: StartOptions): Promise<RunPipelineInput>;
  result(run: RunPipelineInput): Promise<RunPipelineResult>;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly params?: JsonObject;
  readonly asOf?: string;
  readonly gateOverrides?: Readonly<Record<string, string>>;
}

/** @param serverOptions - for the server of this stack alone */
export async function startTestStack(
  serverOptions: Partial<DevServerOptions> = {},
): Promise<TestStack> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-stack-'));
  const home = await createHome(join(directory, '.millrace'));
  const server = await startTestServer(serverOptions);
  const temporal = await connectTemporal({ address: server.address });
  const registry = await openRegistryReader(registryPlace(home));
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const processes: TestProcess[] = [];

  const start = async (
    program: string,
    env: Readonly<Record<string, string>>,
    root = ROOT,
  ): Promise<TestProcess> => {
    const started = await startProcess(join(root, 'dist', program), {
      ...process.env,
      MILLRACE_HOME: home.root,
      TEMPORAL_ADDRESS: server.address,
      MILLRACE_PYTHON: locatePython(ROOT, process.env)?.executable ?? 'python3',
      MILLRACE_GATEWAY_PORT: '0',
      ...env,
    });
    processes.push(started);
    return started;
  };

  return {
    server,
    home,
    temporal,
    registry,
    directory,
    startWorker: (env = {}, root = ROOT) => start('worker.js', env, root),
    startGateway: (env = {}) => start('gateway.js', env),
    async startRun(yaml, options = {}) {
      const compiled = compilePipeline(yaml, {
        file: 'pipeline.yaml',
        baseDirectory: directory,
      });
      if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors, null, 2));
      const { plan, planHash } = compiled;
      const checked = checkParams(plan.params, options.params ?? {});
      if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
      const run: RunPipelineInput = {
        runId: uuidv7(),
        pipeline: plan.name,
        model: plan.model,
        plan: await artifacts.putJson(plan, MEDIA_TYPE.plan),
        planHash,
        params: checked.params,
        baseDirectory: directory,
        asOf: options.asOf ?? '2011-07-01T00:00:00Z',
        trigger: { kind: 'manual', actor: 'test', reason: 'test' },
        gateOverrides: options.gateOverrides ?? {},
      };
      await temporal.client.workflow.start(WORKFLOW.runPipeline, {
        workflowId: runWorkflowId(run.pipeline, run.runId),
        taskQueue: TASK_QUEUE.control,
        args: [run],
        typedSearchAttributes: runSearchAttributes(run),
      });
      return run;
    },
    result: (run) =>
      temporal.client.workflow.getHandle(runWorkflowId(run.pipeline, run.runId)).result(),
    async close() {
      await Promise.all(processes.map((started) => started.end('SIGKILL')));
      await registry.close();
      await temporal.connection.close();
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startProcess(program: string, env: NodeJS.ProcessEnv): Promise<TestProcess> {
  const child = spawn(process.execPath, [program], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  child.stderr.on('data', (chunk) => log.push(String(chunk)));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const ready = await Promise.race([
    firstReadyLine(child),
    exited.then(() => {
      throw new Error(`${program} ended before it was ready:\n${log.join('')}`);
    }),
  ]);
  return {
    child,
    ready,
    log: () => log.join(''),
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

async function firstReadyLine(child: ChildProcess): Promise<TestProcess['ready']> {
  if (child.stdout === null) throw new Error('the process has no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{') && line.includes('"ready"')) return JSON.parse(line);
  }
  return new Promise(() => undefined);
}
