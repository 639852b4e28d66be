// The process that asks: apart from the server and from the bench, so that neither waits for it.
import autocannon from 'autocannon';
import type { LoadRequest } from './load.js';

/** What it prints on stdout. */
export interface AutocannonResult {
  /** Of each answer in order, in ms; autocannon's own histogram has whole milliseconds. */
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
  /** Answers that were none: not 2xx, broken connections, timeouts. */
  readonly failures: number;
}

const { url, body, connections, seconds, bearer } = JSON.parse(
  process.argv[2] ?? '',
) as LoadRequest;
const latenciesMs: number[] = [];
const headers = {
  'content-type': 'application/json',
  ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
};
const options = { url, body, headers, connections, method: 'POST', duration: seconds } as const;
const run = autocannon(options, (error, { non2xx, errors, timeouts, duration }) => {
  if (error !== null) throw error;
  const result: AutocannonResult = {
    latenciesMs,
    seconds: duration,
    failures: non2xx + errors + timeouts,
  };
  process.stdout.write(JSON.stringify(result));
});
run.on('response', (_client, _status, _bytes, tookMs: number) => latenciesMs.push(tookMs));
