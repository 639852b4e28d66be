import { type Bench, type BenchContext, type BenchReport, isShort } from '../bench.js';
import { figure } from '../report/print.js';
import { rounded } from '../report/samples.js';
import { gatewayGoals } from './gateway-goals.js';
import { findLoadTool, type LoadTool } from './load/load.js';
import { type Lengths, type Measured, measureServers, rateTogether } from './measure-servers.js';
import { OURS } from './our-gateways.js';
import { startServers } from './start-servers.js';

const LENGTHS: Lengths = { warmUpSeconds: 3, seconds: 2, rounds: 5 };
const SHORT_LENGTHS: Lengths = { warmUpSeconds: 1, seconds: 1, rounds: 1 };

export const gatewayBench: Bench = {
  name: 'gateway',
  title:
    'one-row predictions of the demo’s model over HTTP, beside other servers of the same model',
  run: measureGateway,
};

/** Requests a second of one gateway, and of two behind the same registry that share the connections. */
interface Together {
  readonly one: number;
  readonly two: number;
}

async function measureGateway(context: BenchContext): Promise<BenchReport> {
  const tool = findLoadTool(context.env);
  const lengths = isShort(context.env) ? SHORT_LENGTHS : LENGTHS;
  const { servers, missing } = await startServers(context);
  try {
    const { measured, failed } = await measureServers(servers, tool, lengths, context.note);
    context.note('two gateways at once');
    const named = (name: string) => servers.filter((server) => server.name === name);
    const both = [...named(OURS.usual), ...named(OURS.second)];
    const together: Together = {
      one: await rateTogether(named(OURS.usual), tool, 16, lengths),
      two: await rateTogether(both, tool, 8, lengths),
    };
    return report(measured, together, [...missing, ...failed], tool, lengths);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

function report(
  measured: readonly Measured[],
  together: Together,
  missing: readonly string[],
  tool: LoadTool,
  { seconds, rounds }: Lengths,
): BenchReport {
  const left = missing.length === 0 ? '' : `; NOT MEASURED: ${missing.join('; ')}`;
  const [one, two] = [figure(together.one), figure(together.two)];
  return {
    method: `${tool.name}, each for ${seconds} s in turn, median of ${rounds}; one gateway ${one} requests/s, two behind one registry ${two}${left}`,
    columns: [
      { title: 'server' },
      { title: 'connections', align: 'right' },
      { title: 'requests/s', align: 'right' },
      { title: 'p50 ms', align: 'right' },
      { title: 'p99 ms', align: 'right' },
      { title: 'CPU µs', align: 'right' },
      { title: 'RSS MiB', align: 'right' },
    ],
    rows: measured.map((one) => [
      one.server.title,
      String(one.connections),
      ...[one.requestsPerSecond, one.p50Ms, one.p99Ms, one.cpuMicros, one.memoryMiB].map(figure),
    ]),
    goals: gatewayGoals(measured),
    figures: {
      tool: tool.name,
      missing,
      gateways: { one: rounded(together.one), two: rounded(together.two) },
      loads: measured.map(({ server, connections, samples, ...figures }) => ({
        server: server.name,
        connections,
        samples: samples.map(roundedAll),
        ...roundedAll(figures),
      })),
    },
  };
}

function roundedAll(figures: object): { readonly [name: string]: number } {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, rounded(Number(value))]),
  );
}
