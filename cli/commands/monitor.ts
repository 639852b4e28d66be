import type { Client } from '@temporalio/client';
import { Argument } from 'commander';
import { uuidv7 } from 'uuidv7';
import {
  MESSAGE,
  MillraceError,
  monitorWorkflowId,
  type RetrainRequest,
  type RollbackRequest,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { requestTime } from '../../models/registry/request-time.js';
import { suggestion } from '../../pipelines/nearest.js';
import { signalModel } from '../../temporal/signal-model.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { noSuchModel } from '../models/document.js';
import { ledgerLines } from '../models/view.js';
import { measurementText, seriesLines, windowTable } from '../models/window-view.js';
import { readWindows, seriesInterval, seriesNames, seriesValue } from '../models/windows.js';
import {
  type FeatureOptions,
  featureHistory,
  readsFeature,
} from '../monitoring/feature-history-command.js';
import { currentActor, readCount, readEventTime } from '../options.js';
import { explain, readDecisionName } from '../policy/explain-decision.js';
import { explainLines } from '../policy/explain-view.js';
import { wrap } from '../render/table.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { withTemporal } from '../temporal.js';

const RECENT = 8;
const NAME = 'name of the model';

export const define: DefineCommand = (command, cli) => {
  command.argument('<name>', NAME).action((name: string) => state(cli, name));
  command
    .command('history')
    .description('every window that was measured')
    .argument('<name>', NAME)
    .option(
      '--metric <metric>',
      'follow one number: the performance metric, drift-share, business.NAME, feedback.score, …',
    )
    .option('--feature <feature>', 'follow the distribution of one input')
    .option('--html <file>', 'with --feature: draw it as a page of its own')
    .option('--limit <n>', 'at most this many windows, the newest', readCount, 200)
    .action((name: string, options: HistoryOptions) => history(cli, name, options));
  command
    .command('explain')
    .description('make a decision again from what is stored: measurement, rule, guard, action')
    .argument('<decision>', 'such as bike-demand@2011-08-08T00:00:00Z: model and end of the window')
    .action((name: string) => explainNamed(cli, name));
  command
    .command('check')
    .description('look now whether a window can be closed')
    .argument('<name>', NAME)
    .action((name: string) => check(cli, name));
  command
    .command('signal')
    .description('ask for a retraining or a rollback, as the monitor itself does')
    .argument('<name>', NAME)
    .addArgument(new Argument('<what>', 'what to ask for').choices(['retrain', 'rollback']))
    .requiredOption('--reason <text>', 'why; the ledger keeps it')
    .option('--as-of <time>', 'event time of the request (default: now)', readEventTime)
    .action((name: string, what: 'retrain' | 'rollback', options: SignalOptions) =>
      signal(cli, name, what, options),
    );
};

interface HistoryOptions extends FeatureOptions {
  readonly metric?: string;
  readonly limit: number;
}

interface SignalOptions {
  readonly reason: string;
  readonly asOf?: string;
}

/** Reads from the registry of a model that is known to it. */
async function ofModel<T>(
  cli: Cli,
  name: string,
  read: (registry: RegistryReader) => Promise<T>,
): Promise<T> {
  const found = await withRegistry(await findCliHome(cli), async (registry) => {
    const known = await registry.models();
    if (!known.includes(name)) throw noSuchModel(name, known);
    return { value: await read(registry) };
  });
  if (found === null) throw noSuchModel(name, []);
  return found.value;
}

async function state(cli: Cli, name: string): Promise<void> {
  const [champion, windows, ledger] = await ofModel(cli, name, (registry) =>
    Promise.all([
      registry.champion(name),
      readWindows(registry, name, RECENT),
      registry.ledger(name),
    ]),
  );
  const { columns, style } = cli.out;
  const last = windows.findLast(({ verdict }) => verdict !== null) ?? null;
  const document = { name, champion: champion?.version ?? null, windows, last };
  cli.out.result(document, () => {
    const title = `${style.bold(name)}: ${
      champion === null ? 'no champion yet' : `version ${champion.version} is champion`
    }`;
    if (windows.length === 0) {
      return `${title}\nno window has closed yet: one closes once predictions past its end arrive`;
    }
    const reason = last?.verdict?.reason;
    const changes = ledger.filter(({ action }) => action !== 'registered').slice(-3);
    return [
      title,
      '',
      ...windowTable(windows, columns, style),
      ...(reason === undefined ? [] : ['', ...wrap(`last verdict: ${reason}`, columns)]),
      ...(last?.measurement == null
        ? []
        : ['', ...measurementText(last.measurement, columns, style)]),
      ...(changes.length === 0 ? [] : ['', style.dim('last entries of the ledger (UTC)')]),
      ...changes.flatMap((entry) => ledgerLines(entry, columns, style)),
    ].join('\n');
  });
}

async function history(cli: Cli, name: string, options: HistoryOptions): Promise<void> {
  if (readsFeature(options)) {
    const measurements = await ofModel(cli, name, (registry) =>
      registry.measurements(name, options.limit),
    );
    return featureHistory(cli, name, options, measurements);
  }
  const windows = await ofModel(cli, name, (registry) =>
    readWindows(registry, name, options.limit),
  );
  const { metric } = options;
  const { columns, style } = cli.out;
  if (metric === undefined) {
    cli.out.result({ name, windows }, () =>
      windows.length === 0
        ? `no window of ${name} has closed yet`
        : windowTable(windows, columns, style).join('\n'),
    );
    return;
  }
  const names = seriesNames(windows);
  if (!names.includes(metric)) {
    throw new MillraceError(
      'InvalidInput',
      `the windows of ${name} have no metric ${metric}`,
      suggestion(metric, names),
    );
  }
  const series = windows.map((window) => ({
    start: window.window.start,
    end: window.window.end,
    version: window.version,
    value: seriesValue(window, metric),
    interval: seriesInterval(window, metric),
  }));
  cli.out.result({ name, metric, series, windows }, () =>
    windows.length === 0
      ? `no window of ${name} has closed yet`
      : seriesLines(windows, metric, columns, style).join('\n'),
  );
}

async function explainNamed(cli: Cli, text: string): Promise<void> {
  const named = readDecisionName(text);
  const document = await ofModel(cli, named.model, (registry) => explain(registry, named));
  if (!document.same) cli.exitCode = EXIT.failed;
  const { columns, style } = cli.out;
  cli.out.result(document, () => explainLines(document, columns, style).join('\n'));
}

async function check(cli: Cli, name: string): Promise<void> {
  await ofModel(cli, name, async () => undefined);
  await withClient(cli, (client) =>
    client.workflow.getHandle(monitorWorkflowId(name)).signal(MESSAGE.checkNow),
  );
  cli.out.result({ name, signalled: 'checkNow' }, () => `${name}: the monitor looks now`);
}

async function signal(
  cli: Cli,
  name: string,
  what: 'retrain' | 'rollback',
  options: SignalOptions,
): Promise<void> {
  const { champion, now } = await ofModel(cli, name, async (registry) => {
    const serving = await registry.champion(name);
    return { champion: serving, now: await requestTime(registry, name, serving) };
  });
  const base = {
    requestId: uuidv7(),
    asOf: options.asOf ?? now,
    actor: currentActor(),
    reason: options.reason,
    evidence: {},
  };
  const request: RetrainRequest | RollbackRequest =
    what === 'retrain'
      ? { ...base, kind: 'retrain', trigger: 'manual', window: null, plan: null, answerTo: null }
      : { ...base, kind: 'rollback', version: null, blames: champion?.version ?? null };
  await withClient(cli, (client) => signalModel(client, name, request));
  cli.out.result(
    { name, signalled: what, requestId: request.requestId, asOf: request.asOf },
    () => `${name}: asked for a ${what}; millrace models show ${name} tells what comes of it`,
  );
}

async function withClient(cli: Cli, use: (client: Client) => Promise<unknown>): Promise<void> {
  const home = await findCliHome(cli);
  if (home === null) throw new MillraceError('NotFound', 'there is no state directory here');
  await withTemporal(cli, home, ({ client }) => use(client));
}
