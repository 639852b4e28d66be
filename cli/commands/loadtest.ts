import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { parseDurationMs } from '../../contracts/index.js';
import { TEST_HEADER } from '../../models/access/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT, UsageError } from '../errors.js';
import { askFirst } from '../loadtest/first-request.js';
import { runLoad } from '../loadtest/load.js';
import { failedRequests, type LoadReport, loadReport } from '../loadtest/report.js';
import { buildRequests } from '../loadtest/requests.js';
import { findHighestRate } from '../loadtest/stress.js';
import { findTarget } from '../loadtest/target.js';
import { loadWords, loggedWords, stressWords } from '../loadtest/words.js';
import { readCount } from '../options.js';

/** Asked before anything is measured, so that the first request of a process is not what counts. */
const WARM_UP_MS = 500;
const FIRST_STRESS_RATE = 50;

interface LoadtestOptions {
  readonly connections: number;
  readonly duration: number;
  readonly rate?: number;
  readonly rows: number;
  readonly data?: string;
  readonly stress?: true;
  readonly p99: number;
  readonly timeout: number;
  readonly key?: string;
  readonly log?: true;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument(
      '<target>',
      'a served model by its name, or a URL such as http://HOST:PORT/v2/models/NAME',
    )
    .option('--connections <n>', 'connections that ask at once', readCount, 16)
    .option(
      '--duration <time>',
      'how long, such as 10s; with --stress of each rate',
      readTime,
      10_000,
    )
    .option(
      '--rate <n>',
      'requests a second, begun whether or not those before are answered',
      readCount,
    )
    .option('--rows <n>', 'rows of one request', readCount, 1)
    .option('--data <file>', 'Parquet, CSV or NDJSON whose rows are asked; made up without')
    .option('--stress', 'find the highest rate that is answered in time and without errors')
    .option('--p99 <time>', 'with --stress: the bound of p99', readTime, 50)
    .option('--timeout <time>', 'an answer that takes longer is none', readTime, 10_000)
    .option('--key <key>', 'API key; MILLRACE_KEY where it is not given')
    .option('--log', 'ask as real clients do: predictions are logged, and monitors count them')
    .action((target: string, options: LoadtestOptions) => loadtest(cli, target, options));
};

async function loadtest(cli: Cli, text: string, options: LoadtestOptions): Promise<void> {
  if (options.stress === true && options.rate !== undefined) {
    throw new UsageError('--stress finds the rate by itself', 'leave out --rate');
  }
  const key = options.key ?? cli.env['MILLRACE_KEY'];
  const headers = new Headers(key === undefined ? {} : { authorization: `Bearer ${key}` });
  if (options.log !== true) headers.set(TEST_HEADER, 'true');
  const asked = { headers, timeoutMs: options.timeout };
  const target = await findTarget(cli, text, asked);
  const { rows, connections } = options;
  const requests = await buildRequests({
    target,
    rows,
    headers,
    ...(options.data !== undefined && { data: resolve(cli.cwd, options.data) }),
  });
  const [first = Buffer.alloc(0)] = requests;
  const logged = await askFirst(target, first, asked);
  if (logged !== null) cli.out.note(loggedWords(target.model, logged));
  // Before it Ctrl-C ends the command at once: there is nothing to report.
  const signal = cli.catchInterrupts();
  const load = { url: target.inferUrl, requests, connections, timeoutMs: options.timeout, signal };
  const runFor = async (ratePerSecond: number | null, ms: number): Promise<LoadReport> =>
    loadReport(await runLoad({ ...load, ratePerSecond, durationMs: ms }), {
      ratePerSecond,
      connections,
    });
  await runFor(null, WARM_UP_MS);
  const subject = {
    model: target.model,
    version: target.version,
    url: target.inferUrl.href,
    rowsPerRequest: rows,
    data: options.data ?? null,
    logged,
  };
  const heading = `${target.model}, version ${target.version}, ${rows} ${rows === 1 ? 'row' : 'rows'} a request${options.data === undefined ? ', values made up' : ''}`;
  if (options.stress === true) {
    const report = await findHighestRate({
      runAt: (rate) => {
        cli.out.note(`${rate} requests/s …`);
        return runFor(rate, options.duration);
      },
      p99BoundMs: options.p99,
      firstRate: FIRST_STRESS_RATE,
      signal,
    });
    cli.out.result({ ...subject, stress: report }, () =>
      [heading, ...stressWords(report)].join('\n'),
    );
    cli.exitCode = report.highestRate === null ? EXIT.failed : EXIT.done;
  } else {
    const report = await runFor(options.rate ?? null, options.duration);
    cli.out.result({ ...subject, load: report }, () => [heading, ...loadWords(report)].join('\n'));
    cli.exitCode = failedRequests(report) > 0 ? EXIT.failed : EXIT.done;
  }
  if (signal.aborted) cli.exitCode = EXIT.interrupted;
}

/** Reads `10s` or `250ms`, in ms. */
function readTime(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null || ms <= 0) {
    throw new InvalidArgumentError('it must be a time such as 10s or 250ms');
  }
  return ms;
}
