import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installedPrograms } from '../../cli/stack/installed.js';
import { NodeChild } from '../../cli/stack/node-child.js';
import { openStackLog } from '../../cli/stack/stack-log.js';
import { type JsonObject, MillraceError } from '../../contracts/index.js';
import { eventually } from '../../demo/waiting.js';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { median, quantile, rounded } from '../report/samples.js';
import { runProgram } from '../spawned.js';
import type { LoadRequest, LoadResult } from './load-main.js';
import { oneRowRequests } from './one-row.js';

const CONNECTIONS = [1, 16];
const WARM_UP_SECONDS = 3;
const SECONDS = 5;
const ROUNDS = 3;
const GRACE_MS = 10_000;

export const gatewayBench: Bench = {
  name: 'gateway',
  title: 'one-row predictions of the demo’s model over HTTP',
  run: measureGateway,
};

async function measureGateway(context: BenchContext): Promise<BenchReport> {
  const { home, model, env } = await context.trainedHome();
  const log = openStackLog(home, 'gateway');
  const gateway = new NodeChild({
    program: installedPrograms().gateway,
    env: { ...env, MILLRACE_GATEWAY_PORT: '0' },
    log,
  });
  closeSync(log);
  try {
    const address = String((await gateway.ready)['address']);
    await eventually('the gateway to serve the model', async () =>
      (await fetch(`${address}/v2/models/${model}/ready`)).ok ? true : null,
    );
    return await measureProtocols(context, address, model);
  } finally {
    await gateway.stop(GRACE_MS);
  }
}

async function measureProtocols(
  { note, env }: BenchContext,
  address: string,
  model: string,
): Promise<BenchReport> {
  const rows: string[][] = [];
  const figures: JsonObject[] = [];
  for (const { protocol, path, body } of await oneRowRequests(address, model)) {
    const url = `${address}${path}`;
    await load({ url, body, connections: 16, seconds: WARM_UP_SECONDS }, env);
    for (const connections of CONNECTIONS) {
      note(`${protocol} over ${connections} ${connections === 1 ? 'connection' : 'connections'}`);
      const rounds: LoadResult[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push(await load({ url, body, connections, seconds: SECONDS }, env));
      }
      const of = (name: string, value: (round: LoadResult) => number) =>
        [name, median(rounds.map(value))] as const;
      const medians = [
        of('p50Ms', ({ latenciesMs }) => quantile(latenciesMs, 0.5)),
        of('p99Ms', ({ latenciesMs }) => quantile(latenciesMs, 0.99)),
        of('requestsPerSecond', ({ latenciesMs, seconds }) => latenciesMs.length / seconds),
      ];
      rows.push([protocol, String(connections), ...medians.map(([, value]) => figure(value))]);
      figures.push({
        path,
        connections,
        ...Object.fromEntries(medians.map(([name, value]) => [name, rounded(value)])),
      });
    }
  }
  return {
    method: `each for ${SECONDS} s, median of ${ROUNDS}; every answer is in the prediction log before it is sent`,
    columns: [
      { title: 'protocol' },
      { title: 'connections', align: 'right' },
      { title: 'p50 ms', align: 'right' },
      { title: 'p99 ms', align: 'right' },
      { title: 'requests/s', align: 'right' },
    ],
    rows,
    goals: [],
    figures: { model, loads: figures },
  };
}

async function load(request: LoadRequest, env: NodeJS.ProcessEnv): Promise<LoadResult> {
  const program = fileURLToPath(new URL('./load-main.js', import.meta.url));
  const { stdout } = await runProgram([program, JSON.stringify(request)], { env });
  const result = JSON.parse(stdout) as LoadResult;
  if (result.failures > 0 || result.latenciesMs.length === 0) {
    throw new MillraceError('Internal', `${result.failures} requests to ${request.url} failed`);
  }
  return result;
}
