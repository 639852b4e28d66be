import { closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { installedPrograms, requirePython, requireTemporal } from '../../cli/stack/installed.js';
import { NodeChild } from '../../cli/stack/node-child.js';
import { openStackLog } from '../../cli/stack/stack-log.js';
import { createHome } from '../../storage/home/create-home.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { connectTemporal, type TemporalClient } from '../../temporal/connection.js';
import { startDevServer } from '../../temporal/server.js';
import type { BenchContext } from '../bench.js';

const GRACE_MS = 20_000;

/** One server with two workers at it: millrace's and that of the hand-written workflow. */
export interface EngineWorld {
  readonly home: HomeLayout;
  readonly temporal: TemporalClient;
  readonly pids: { readonly server: number; readonly millrace: number; readonly plain: number };
  close(): Promise<void>;
}

export async function openEngineWorld({ directory, env }: BenchContext): Promise<EngineWorld> {
  const home = await createHome(join(directory, 'engine', '.millrace'));
  const { path: binary, serverVersion } = await requireTemporal(env);
  const server = await startDevServer({
    binary,
    serverVersion,
    databaseFile: home.temporalFile,
    port: 0,
    logFile: join(home.logsDir, 'temporal.log'),
  });
  const childEnv = {
    ...env,
    TEMPORAL_ADDRESS: server.address,
    MILLRACE_HOME: home.root,
    MILLRACE_PYTHON: requirePython(env),
    MILLRACE_BENCH_BUNDLE: await bundlePlainWorkflow(directory),
  };
  const start = (name: string, program: string): NodeChild => {
    const log = openStackLog(home, name);
    const child = new NodeChild({ program, env: childEnv, log });
    closeSync(log);
    return child;
  };
  const millrace = start('worker', installedPrograms().worker);
  const plain = start('plain-worker', beside('./plain-worker.js'));
  const close = async (): Promise<void> => {
    await Promise.all([millrace.stop(GRACE_MS), plain.stop(GRACE_MS)]);
    await server.stop();
  };
  try {
    await Promise.all([millrace.ready, plain.ready]);
    const temporal = await connectTemporal({ address: server.address, env });
    return {
      home,
      temporal,
      pids: { server: server.pid, millrace: millrace.pid, plain: plain.pid },
      async close() {
        await temporal.connection.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function bundlePlainWorkflow(directory: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: beside('./plain-workflow.js'),
    // At its usual level it prints what webpack made of every module.
    logger: new DefaultLogger('WARN'),
  });
  const file = join(directory, 'plain-workflow.bundle.js');
  writeFileSync(file, code);
  return file;
}

function beside(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
