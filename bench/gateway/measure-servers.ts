import type { BenchContext } from '../bench.js';
import { median } from '../report/samples.js';
import type { LoadResult, LoadTool } from './load/load.js';
import type { Server } from './servers.js';

export const CONNECTIONS = [1, 16] as const;

export interface Lengths {
  readonly warmUpSeconds: number;
  /** Of each load. */
  readonly seconds: number;
  readonly rounds: number;
}

export interface Sample extends LoadResult {
  /** Processor time of the server for one request, in µs: what else the machine does counts little. */
  readonly cpuMicros: number;
}

/** Medians of the rounds. */
export interface Measured extends Pick<Sample, (typeof FIGURES)[number]> {
  readonly server: Server;
  readonly connections: number;
  readonly memoryMiB: number;
  /** One a round: rounds of two servers are a pair. */
  readonly samples: readonly Sample[];
}

const FIGURES = ['requestsPerSecond', 'p50Ms', 'p99Ms', 'cpuMicros'] as const;

export interface MeasuredServers {
  readonly measured: readonly Measured[];
  /** Servers that failed under load, and why. */
  readonly failed: readonly string[];
}

/**
 * All servers run the whole time and are asked in turn, so that what else the machine does falls on
 * all of them alike. A server that nobody asks takes little processor time; one that fails is left out.
 */
export async function measureServers(
  servers: readonly Server[],
  tool: LoadTool,
  { warmUpSeconds, seconds, rounds }: Lengths,
  note: BenchContext['note'],
): Promise<MeasuredServers> {
  const samples = new Map<Server, Map<number, Sample[]>>();
  const failed = new Map<Server, string>();
  const ask = async (server: Server, connections: number, forSeconds: number) => {
    if (failed.has(server)) return null;
    try {
      return await sample(server, tool, connections, forSeconds);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      note(`${server.title} is left out: ${why}`);
      failed.set(server, `${server.title}: ${why}`);
      return null;
    }
  };
  for (const server of servers) {
    note(`warming up ${server.title}`);
    await ask(server, 16, warmUpSeconds);
    samples.set(server, new Map(CONNECTIONS.map((connections) => [connections, []])));
  }
  for (let round = 1; round <= rounds; round += 1) {
    note(`round ${round} of ${rounds}`);
    for (const connections of CONNECTIONS) {
      for (const server of servers) {
        const one = await ask(server, connections, seconds);
        if (one !== null) samples.get(server)?.get(connections)?.push(one);
      }
    }
  }
  const measured = servers
    .filter((server) => !failed.has(server))
    .flatMap((server) => {
      const memoryMiB = server.memoryMiB();
      return CONNECTIONS.map((connections): Measured => {
        const own = samples.get(server)?.get(connections) ?? [];
        const [requestsPerSecond = 0, p50Ms = 0, p99Ms = 0, cpuMicros = 0] = FIGURES.map((name) =>
          median(own.map((one) => one[name])),
        );
        const medians = { requestsPerSecond, p50Ms, p99Ms, cpuMicros };
        return { server, connections, memoryMiB, samples: own, ...medians };
      });
    });
  return { measured, failed: [...failed.values()] };
}

/**
 * How many times the figure of one server another's is: the median of the rounds' ratios. What else the
 * machine does from one minute to the next falls on both sides of a round.
 */
export function pairedRatio(
  above: Measured,
  below: Measured,
  figure: 'requestsPerSecond' | 'cpuMicros',
): number {
  return median(
    above.samples.map((one, at) => one[figure] / (below.samples[at]?.[figure] ?? Number.NaN)),
  );
}

/** Requests a second of servers that are asked at the same time, with the connections shared among them. */
export async function rateTogether(
  servers: readonly Server[],
  tool: LoadTool,
  connections: number,
  { seconds, rounds }: Lengths,
): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const results = await Promise.all(
      servers.map((server) => tool.load({ ...requestOf(server), connections, seconds })),
    );
    rates.push(results.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0));
  }
  return median(rates);
}

async function sample(
  server: Server,
  tool: LoadTool,
  connections: number,
  seconds: number,
): Promise<Sample> {
  const before = server.cpuMs();
  const result = await tool.load({ ...requestOf(server), connections, seconds });
  return { ...result, cpuMicros: ((server.cpuMs() - before) * 1_000) / result.requests };
}

function requestOf({ url, body, bearer }: Server) {
  return { url, body, ...(bearer !== undefined && { bearer }) };
}
