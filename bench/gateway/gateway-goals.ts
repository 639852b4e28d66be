import type { Goal } from '../bench.js';
import { type Measured, pairedRatio } from './measure-servers.js';
import { OURS } from './our-gateways.js';

/** How often the requests a second of each server fit into ours, at least. */
const FASTER = { fastapi: 5, mlserver: 20, mlflow: 20 } as const;
const MOST_OF_BARE = 1.5;
const LEAST_SHARE_WITH_ALL = 0.7;
const MOST_MEMORY_MIB = 420;

/** All at 16 connections. */
export function gatewayGoals(measured: readonly Measured[]): readonly Goal[] {
  const at16 = (name: string) =>
    measured.find(({ server, connections }) => server.name === name && connections === 16);
  const ours = at16(OURS.usual);
  if (ours === undefined) return [];
  const goals: Goal[] = [
    { what: 'p99', value: ours.p99Ms, atMost: 2, unit: ' ms' },
    { what: 'memory', value: ours.memoryMiB, atMost: MOST_MEMORY_MIB, unit: ' MiB' },
  ];
  const [least, most, bare] = [at16(OURS.least), at16(OURS.most), at16('bare')];
  const two = at16(OURS.processes);
  if (two !== undefined) {
    const what = 'memory of two processes';
    goals.push({ what, value: two.memoryMiB, atMost: MOST_MEMORY_MIB, unit: ' MiB' });
  }
  if (least !== undefined && bare !== undefined) {
    // What the bare server does not do either is left out: the log, and who asks.
    const what = 'of bare node:http + onnxruntime';
    goals.push(
      ratio(
        `requests/s ${what} / ours without a prediction log`,
        pairedRatio(bare, least, 'requestsPerSecond'),
        MOST_OF_BARE,
      ),
      ratio(
        `processor time a request without a prediction log / that ${what}`,
        pairedRatio(least, bare, 'cpuMicros'),
        MOST_OF_BARE,
      ),
    );
  }
  for (const [name, times] of Object.entries(FASTER)) {
    const peer = at16(name);
    if (peer === undefined) continue;
    const beside = (who: string, own: Measured) =>
      ratio(
        `requests/s of ${name} / ${who}`,
        pairedRatio(peer, own, 'requestsPerSecond'),
        1 / times,
      );
    goals.push(beside('ours', ours));
    // None of them keeps what it answered.
    if (least !== undefined) goals.push(beside('ours without a prediction log', least));
    if (two !== undefined) goals.push(beside('two processes of ours', two));
  }
  if (least !== undefined && most !== undefined) {
    const what = 'without logs and keys / with predictions logged, access log and keys';
    const atMost = 1 / LEAST_SHARE_WITH_ALL;
    goals.push(
      ratio(`requests/s ${what}`, pairedRatio(least, most, 'requestsPerSecond'), atMost),
      ratio(
        'processor time a request with predictions logged, access log and keys / without',
        pairedRatio(most, least, 'cpuMicros'),
        atMost,
      ),
    );
  }
  return goals;
}

function ratio(what: string, value: number, atMost: number): Goal {
  return { what, value, atMost: Math.round(atMost * 1_000) / 1_000, unit: '' };
}
