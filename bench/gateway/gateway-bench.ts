import type { Bench, BenchContext, BenchReport, Goal } from '../bench.js';
import { figure } from '../report/print.js';
import { median, rounded } from '../report/samples.js';
import { findLoadTool, type LoadResult, type LoadTool } from './load/load.js';
import type { Server } from './servers.js';
import { startServers } from './start-servers.js';

const CONNECTIONS = [1, 16] as const;
const WARM_UP_SECONDS = 3;
const SECONDS = 3;
const ROUNDS = 3;

export const gatewayBench: Bench = {
  name: 'gateway',
  title:
    'one-row predictions of the demo’s model over HTTP, beside other servers of the same model',
  run: measureGateway,
};

/** What was measured of one server over a number of connections: medians of the rounds. */
interface Measured extends Omit<LoadResult, 'failures'> {
  readonly server: Server;
  readonly connections: number;
  readonly memoryMiB: number;
}

async function measureGateway(context: BenchContext): Promise<BenchReport> {
  const tool = findLoadTool(context.env);
  const { servers, missing } = await startServers(context);
  try {
    const measured = await measureAll(servers, tool, context.note);
    return report(measured, missing, tool);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/**
 * All servers run the whole time and are asked in turn, so that what else the machine does falls on
 * all of them alike. A server that nobody asks takes no processor time.
 */
async function measureAll(
  servers: readonly Server[],
  tool: LoadTool,
  note: BenchContext['note'],
): Promise<readonly Measured[]> {
  for (const { title, url, body } of servers) {
    note(`warming up ${title}`);
    await tool.load({ url, body, connections: 16, seconds: WARM_UP_SECONDS });
  }
  const rounds = new Map<string, LoadResult[]>();
  for (let round = 1; round <= ROUNDS; round += 1) {
    note(`round ${round} of ${ROUNDS}`);
    for (const connections of CONNECTIONS) {
      for (const { name, url, body } of servers) {
        const key = `${name}/${connections}`;
        const result = await tool.load({ url, body, connections, seconds: SECONDS });
        rounds.set(key, [...(rounds.get(key) ?? []), result]);
      }
    }
  }
  return servers.flatMap((server) => {
    const memoryMiB = server.memoryMiB();
    return CONNECTIONS.map((connections) => {
      const results = rounds.get(`${server.name}/${connections}`) ?? [];
      const of = (name: keyof LoadResult) => median(results.map((result) => result[name]));
      return {
        server,
        connections,
        memoryMiB,
        requestsPerSecond: of('requestsPerSecond'),
        p50Ms: of('p50Ms'),
        p99Ms: of('p99Ms'),
      };
    });
  });
}

function report(
  measured: readonly Measured[],
  missing: readonly string[],
  tool: LoadTool,
): BenchReport {
  return {
    method: `${tool.name}, each for ${SECONDS} s in turn, median of ${ROUNDS}; every answer of millrace is in the prediction log before it is sent${missing.length === 0 ? '' : `; NOT MEASURED: ${missing.join('; ')}`}`,
    columns: [
      { title: 'server' },
      { title: 'connections', align: 'right' },
      { title: 'requests/s', align: 'right' },
      { title: 'p50 ms', align: 'right' },
      { title: 'p99 ms', align: 'right' },
      { title: 'RSS MiB', align: 'right' },
    ],
    rows: measured.map(({ server, connections, requestsPerSecond, p50Ms, p99Ms, memoryMiB }) => [
      server.title,
      String(connections),
      ...[requestsPerSecond, p50Ms, p99Ms, memoryMiB].map(figure),
    ]),
    goals: goalsOf(measured),
    figures: {
      tool: tool.name,
      missing,
      loads: measured.map(({ server, connections, ...figures }) => ({
        server: server.name,
        connections,
        ...Object.fromEntries(
          Object.entries(figures).map(([name, value]) => [name, rounded(value)]),
        ),
      })),
    },
  };
}

/** The server whose figures the goals are about: the protocol that people meet first. */
const OURS = 'millrace-invocations';

/** How often the requests a second of each server fit into ours, at least. */
const FASTER = { fastapi: 5, mlserver: 20, mlflow: 20 } as const;

function goalsOf(measured: readonly Measured[]): readonly Goal[] {
  const at16 = (name: string) =>
    measured.find(({ server, connections }) => server.name === name && connections === 16);
  const ours = at16(OURS);
  if (ours === undefined) return [];
  const goals: Goal[] = [{ what: 'p99', value: ours.p99Ms, atMost: 2, unit: ' ms' }];
  const share = (name: string, what: string, atMost: number): void => {
    const other = at16(name);
    if (other === undefined) return;
    const value = other.requestsPerSecond / ours.requestsPerSecond;
    goals.push({ what, value, atMost, unit: '' });
  };
  share('bare', 'requests/s of bare node:http + onnxruntime / ours', 1.5);
  for (const [name, times] of Object.entries(FASTER)) {
    share(name, `requests/s of ${name} / ours`, 1 / times);
  }
  const mlserver = at16('mlserver');
  if (mlserver !== undefined) {
    const { memoryMiB } = mlserver;
    goals.push({ what: 'memory', value: ours.memoryMiB, atMost: memoryMiB, unit: ' MiB' });
  }
  return goals;
}
