import { failedRequests, type LoadReport } from './report.js';
import type { StressReport } from './stress.js';

/** One load in words. */
export function loadWords(load: LoadReport): readonly string[] {
  const { latencyMs, ratePerSecond, connections } = load;
  const failed = failedRequests(load);
  const how =
    ratePerSecond === null
      ? `each of ${connections} connections asks again once it is answered`
      : `${ratePerSecond} requests/s begun, over up to ${connections} connections`;
  return [
    `${load.answeredPerSecond} requests/s answered in ${load.seconds} s (${how})`,
    ...(latencyMs === null
      ? ['nothing was answered']
      : [
          `latency ms   p50 ${latencyMs.p50}   p90 ${latencyMs.p90}   p99 ${latencyMs.p99}   p99.9 ${latencyMs.p999}   max ${latencyMs.max}`,
        ]),
    ...(failed === 0 ? [] : [`${failed} failed: ${failureWords(load)}`]),
    ...(ratePerSecond === null
      ? ['who waits for an answer asks less of a slow server: give --rate for what clients meet']
      : [`the load generator was late by at most ${load.generatorLateMs} ms`]),
  ];
}

/** What becomes of the requests besides their answers. */
export function loggedWords(model: string, logged: boolean): string {
  return logged
    ? `${model} logs what it is asked: its monitor counts these rows`
    : `${model} keeps these requests out of its prediction log and of what monitors see; --log asks as real clients do`;
}

function failureWords({ statuses, failures, unsent }: LoadReport): string {
  const refused = Object.entries(statuses).filter(([status]) => Number(status) >= 400);
  return [
    ...refused.map(([status, count]) => `${count} × ${status}`),
    ...Object.entries(failures).map(([reason, count]) => `${count} × ${reason}`),
    ...(unsent > 0 ? [`${unsent} not sent in time`] : []),
  ].join(', ');
}

export function stressWords({ highestRate, tooMuch, loads, p99BoundMs }: StressReport) {
  const kept =
    highestRate === null
      ? `no rate was kept with p99 within ${p99BoundMs} ms`
      : `${highestRate} requests/s were kept with p99 within ${p99BoundMs} ms`;
  return [
    kept,
    ...(tooMuch === null ? [] : [`${tooMuch.ratePerSecond} were too much: ${tooMuch.why}`]),
    '',
    ...loads.map((load) => {
      const p99 = load.latencyMs === null ? '-' : `${load.latencyMs.p99} ms`;
      return `  ${String(load.ratePerSecond).padStart(7)}/s   answered ${load.answeredPerSecond}/s   p99 ${p99}   failed ${failedRequests(load)}`;
    }),
  ];
}
