import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { type CompiledProgram, compileProgram } from '../../support/compiled-program.js';
import { createWorld, get, oneRow, post, type World } from './serving-fixture.js';

let program: CompiledProgram;

/** Compiles the gateway before the tests of a file that start it as a program. */
export function useGatewayProgram(): void {
  beforeAll(async () => {
    program = await compileProgram('gateway');
  });
  afterAll(() => program.remove());
}

export interface Started {
  readonly child: ChildProcess;
  readonly address: string;
}

export function spawnGateway(
  home: string,
  env: Record<string, string> = {},
  prefix: readonly string[] = [],
) {
  const [command = process.execPath, ...args] = [...prefix, process.execPath, program.path];
  const child = spawn(command, args, {
    env: { ...process.env, MILLRACE_HOME: home, MILLRACE_GATEWAY_PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Starts one and waits until it serves. */
export async function start(
  world: World,
  env: Record<string, string> = {},
  prefix: readonly string[] = [],
): Promise<Started> {
  const child = spawnGateway(world.home.root, env, prefix);
  child.stderr.resume();
  const [line] = await once(createInterface(child.stdout), 'line');
  const ready = JSON.parse(line);
  expect(ready).toEqual({ event: 'ready', address: expect.any(String), pid: child.pid });
  while ((await get(`${ready.address}/v2/health/ready`)).status !== 200);
  return { child, address: ready.address };
}

export async function servedWorld(): Promise<World> {
  const world = await createWorld();
  await world.promote('bike-demand', await world.register('bike-demand', 'linear'));
  return world;
}

/** Asks until the gateway is gone; gives the ids of every answer that arrived. */
export async function askUntilGone(address: string, answered: Set<string>): Promise<void> {
  for (;;) {
    try {
      const { status, body } = await post(`${address}/v2/models/bike-demand/infer`, oneRow(1));
      if (status === 200) answered.add(body.parameters.prediction_ids[0]);
    } catch {
      return;
    }
  }
}

export async function rowsInLog(world: World): Promise<number> {
  const reader = createPredictionReader(world.home.predictionsDir);
  return (await reader.summary('bike-demand')).rows;
}
