import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findStack } from '../../../cli/stack/ensure-stack.js';
import { runStack, type StackOptions } from '../../../cli/stack/stack.js';
import {
  isAlive,
  readLiveStack,
  readStack,
  type StackState,
  stackFile,
  writeStack,
} from '../../../cli/stack/stack-file.js';
import { stopStack } from '../../../cli/stack/stop-stack.js';
import { WORKFLOW } from '../../../contracts/index.js';
import { freePort } from '../../../processes/network-ports.js';
import { processStartTime } from '../../../setup/process-identity.mjs';
import { type HomeLayout, homeLayout } from '../../../storage/home/layout.js';
import { startTestServer } from '../../support/test-server.js';

let directory: string;
let home: HomeLayout;
const running: { stop: () => void; ended: Promise<unknown> }[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-stack-'));
  home = homeLayout(join(directory, '.millrace'));
  for (const name of ['worker.mjs', 'gateway.mjs']) {
    copyFileSync(join(import.meta.dirname, 'process-fixture.mjs'), join(directory, name));
  }
});
afterEach(async () => {
  for (const { stop, ended } of running.splice(0)) {
    stop();
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
});

function optionsOf(changes: Partial<StackOptions> = {}): StackOptions {
  return {
    home,
    env: { ...process.env, MILLRACE_PYTHON: process.execPath, FIXTURE_DIRECTORY: directory },
    programs: { worker: join(directory, 'worker.mjs'), gateway: join(directory, 'gateway.mjs') },
    temporalPort: 0,
    gatewayPort: 0,
    background: true,
    idleMs: null,
    ...changes,
  };
}

/** Starts a stack in this process and waits until it is ready. */
async function up(changes: Partial<StackOptions> = {}) {
  const stopping = new AbortController();
  const notes: string[] = [];
  let ended: Promise<string> = Promise.resolve('');
  const state = await new Promise<StackState>((resolve, reject) => {
    ended = runStack(optionsOf(changes), stopping.signal, {
      onReady: resolve,
      note: (text) => notes.push(text),
    });
    ended.catch(reject);
  });
  const stack = { state, notes, ended, stop: () => stopping.abort() };
  running.push(stack);
  return stack;
}

function events(): string[] {
  return readFileSync(join(directory, 'events'), 'utf8').trim().split('\n');
}

function processOf(state: StackState | null, name: string) {
  const found = state?.processes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${JSON.stringify(state)}`);
  return found;
}

describe('a stack', () => {
  test('runs the three processes, is found, and stops in order with nothing left', async () => {
    const { state, stop, ended } = await up();
    expect(state.processes.every(isAlive)).toBe(true);
    expect(findStack(home, {})).toMatchObject({
      temporalAddress: state.temporalAddress,
      gatewayAddress: state.gatewayAddress,
      startedHere: false,
    });
    stop();
    await ended;
    expect(state.processes.map(isAlive)).toEqual([false, false, false]);
    expect(events().slice(-2)).toEqual(['SIGTERM gateway.mjs', 'SIGTERM worker.mjs']);
    expect(existsSync(stackFile(home))).toBe(false);
    expect(findStack(home, {})).toBeNull();
  });

  test('keeps workflows over a stop and another start', async () => {
    const first = await up();
    await withClient(first.state, (client) =>
      client.workflow.start('nobody', { taskQueue: 'none', workflowId: 'kept' }),
    );
    first.stop();
    await first.ended;
    const second = await up();
    const kept = await withClient(second.state, (client) =>
      client.workflow.getHandle('kept').describe(),
    );
    expect(kept.status.name).toBe('RUNNING');
  });

  test('is refused a second time in the same directory, naming process and addresses', async () => {
    const { state } = await up();
    await expect(up()).rejects.toMatchObject({
      type: 'ServiceUnavailable',
      message: `millrace is already up for ${home.root}, as process ${process.pid}: Temporal at ${state.temporalAddress}, gateway at ${state.gatewayAddress}`,
    });
    expect(readLiveStack(home)).toEqual(state);
  });

  test.each(['worker', 'gateway', 'temporal'] as const)(
    'starts the %s again when it is killed',
    async (name) => {
      const { state, notes } = await up();
      const before = processOf(state, name);
      process.kill(before.pid, 'SIGKILL');
      await expect
        .poll(() => processOf(readStack(home), name).pid, { timeout: 20_000 })
        .not.toBe(before.pid);
      expect(notes[0]).toBe(`the ${name} ended (ended by SIGKILL); starting it again in 0.5 s`);
      await expect.poll(() => notes, { timeout: 20_000 }).toContain(`the ${name} is back`);
    },
  );

  test('that cannot start says what the process printed and leaves nothing', async () => {
    writeFileSync(join(directory, 'refuse'), '');
    await expect(up()).rejects.toMatchObject({
      type: 'ServiceUnavailable',
      message: expect.stringMatching(
        /^the (worker|gateway) did not start: exit code 3\n[\s\S]*cannot go on: no such model/,
      ),
    });
    expect(existsSync(stackFile(home))).toBe(false);
  });

  test.each([
    ['--temporal-port', 'temporalPort'],
    ['--gateway-port', 'gatewayPort'],
  ] as const)('is refused when a port is in use, naming %s', async (flag, option) => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(up({ [option]: port })).rejects.toMatchObject({
      type: 'ServiceUnavailable',
      message: `port ${port} is in use`,
      hint: expect.stringContaining(flag),
    });
    holder.close();
  });

  test('uses the server that TEMPORAL_ADDRESS names, and leaves it running', async () => {
    const server = await startTestServer({ searchAttributes: [] });
    const env = { ...optionsOf().env, TEMPORAL_ADDRESS: server.address };
    const { state, stop, ended } = await up({ env });
    expect(state).toMatchObject({ temporalAddress: server.address, ownServer: false });
    expect(state.processes.map(({ name }) => name).sort()).toEqual(['gateway', 'worker']);
    stop();
    await ended;
    expect(processStartTime(server.pid)).not.toBeNull();
    await server.close();
  });

  test('says when the server that TEMPORAL_ADDRESS names does not answer', async () => {
    const env = { ...optionsOf().env, TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` };
    await expect(up({ env })).rejects.toMatchObject({
      type: 'ServiceUnavailable',
      message: `the Temporal server at ${env.TEMPORAL_ADDRESS} does not answer`,
    });
  });
});

describe('what a killed supervisor left', () => {
  test('is ended by the next start, also when the file names a process that is another by now', async () => {
    const { state, stop, ended } = await up();
    const worker = processOf(state, 'worker');
    // As if the supervisor had been killed: its file says so, and its lock is gone with it.
    const stale: StackState = {
      ...state,
      supervisor: { pid: state.supervisor.pid, startTime: 'long ago' },
      // This very process under another start time must be left alone.
      processes: [worker, { name: 'gateway', pid: process.pid, startTime: 'long ago' }],
    };
    const other = homeLayout(join(directory, 'other'));
    writeStack(other, stale);
    expect(readLiveStack(other)).toBeNull();
    const result = await stopStack(other, () => {});
    expect(result).toEqual({ stopped: true, pid: null });
    expect(isAlive(worker)).toBe(false);
    stop();
    await ended;
  });

  test('nothing: down says that nothing runs', async () => {
    expect(await stopStack(home, () => {})).toEqual({ stopped: false, pid: null });
  });
});

describe('an idle stack', () => {
  test('ends by itself', async () => {
    const { ended, state } = await up({ idleMs: 200 });
    expect(await ended).toBe('nothing was asked of it for 200ms');
    expect(state.processes.some(isAlive)).toBe(false);
  });

  test('does not end while a run is open', async () => {
    const { ended, state } = await up({ idleMs: 300 });
    const asked = await withClient(state, async (client) => {
      const handle = await client.workflow.start(WORKFLOW.runPipeline, {
        taskQueue: 'none',
        workflowId: 'open',
      });
      // Longer than the idle time by far: the stack would be gone by then.
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_500))]);
      const status = (await handle.describe()).status.name;
      await handle.terminate();
      return status;
    });
    expect(asked).toBe('RUNNING');
    expect(await ended).toBe('nothing was asked of it for 300ms');
  });
});

async function withClient<T>(state: StackState, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: state.temporalAddress });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
