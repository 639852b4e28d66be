import { InvalidArgumentError } from 'commander';
import { parseDurationMs } from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { describeViews, type FeatureDocument, matches } from '../features/document.js';
import {
  DEFAULT_FILE,
  findView,
  type LoadedView,
  loadFeatures,
} from '../features/load-features.js';
import { lookUp } from '../features/lookup.js';
import { type MaterializeOptions, materialize } from '../features/materialize.js';
import { withOnlineStore } from '../features/online.js';
import { printSkew, type SkewOptions } from '../features/skew.js';
import { viewPage, viewTable } from '../features/view.js';
import { readEventTime } from '../options.js';
import { findCliHome, withRegistry } from '../rooms.js';

interface FileOptions {
  readonly file?: readonly string[];
}

const FILE = '--file <file>';
const FILE_WORDS = `file of feature views, by default ${DEFAULT_FILE}; may be given again`;

export const define: DefineCommand = (command, cli) => {
  command
    .command('list')
    .description('feature views with their entity, owner, and the models that use them')
    .option(FILE, FILE_WORDS, readFile)
    .action(async (options: FileOptions) =>
      print(cli, await documents(cli, await views(cli, options))),
    );
  command
    .command('search')
    .description('views with a text in name, description, tags, owner or columns')
    .argument('<text>', 'what to look for')
    .option(FILE, FILE_WORDS, readFile)
    .action(async (text: string, options: FileOptions) => {
      const known = await documents(cli, await views(cli, options));
      print(
        cli,
        known.filter((document) => matches(document, text)),
      );
    });
  command
    .command('show')
    .description('one view: features, source, how far it is online, who uses it')
    .argument('<name>', 'of the feature view')
    .option(FILE, FILE_WORDS, readFile)
    .action(async (name: string, options: FileOptions) => {
      const [document] = await documents(cli, [findView(await views(cli, options), name)]);
      if (document === undefined) return;
      const { columns, style } = cli.out;
      cli.out.result(document, () => viewPage(document, columns, style).join('\n'));
    });
  command
    .command('materialize')
    .description('write the latest values of each entity to the online store')
    .argument('[names...]', 'of feature views')
    .option('--all', 'every view of the file')
    .option(
      '--until <time>',
      'rows after this event time are left out; default: now',
      readEventTime,
    )
    .option(FILE, FILE_WORDS, readFile)
    .action(async (names: readonly string[], options: FileOptions & MaterializeOptions) =>
      materialize(cli, await views(cli, options), names, options),
    );
  command
    .command('lookup')
    .description('what the online store has of one entity')
    .argument('<name>', 'of the feature view')
    .argument('<keys...>', 'of the entity, as COLUMN=VALUE')
    .option(FILE, FILE_WORDS, readFile)
    .action(async (name: string, keys: readonly string[], options: FileOptions) => {
      const view = findView(await views(cli, options), name);
      await withOnlineStore(cli, await findCliHome(cli), (store) => lookUp(cli, view, keys, store));
    });
  command
    .command('skew')
    .description('how far looked-up features of a served model are from their source')
    .argument('<model>', 'name of the model')
    .option(
      '--last <duration>',
      'of event time, up to the newest prediction',
      readDuration,
      WEEK_MS,
    )
    .option('--from <time>', 'first event time, in place of --last', readEventTime)
    .option('--to <time>', 'event time that is no longer compared', readEventTime)
    .option('--tolerance <share>', 'numbers this close are equal', readTolerance, 1e-6)
    .action((model: string, options: SkewOptions) => printSkew(cli, model, options));
};

const WEEK_MS = 7 * 86_400_000;

function readDuration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== null && ms > 0) return ms;
  throw new InvalidArgumentError('it must be a duration such as 7d');
}

function readTolerance(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('it must be a number from 0 to 1');
}

function views(cli: Cli, { file = [DEFAULT_FILE] }: FileOptions): Promise<readonly LoadedView[]> {
  return loadFeatures(cli, file);
}

async function documents(
  cli: Cli,
  loaded: readonly LoadedView[],
): Promise<readonly FeatureDocument[]> {
  const home = await findCliHome(cli);
  return withOnlineStore(cli, home, async (store) => {
    const described = await withRegistry(home, (registry) =>
      describeViews(loaded, registry, store),
    );
    return described ?? describeViews(loaded, null, store);
  });
}

function print(cli: Cli, features: readonly FeatureDocument[]): void {
  const { columns, style } = cli.out;
  const problem = features[0]?.onlineProblem ?? null;
  if (problem !== null) cli.out.note(`warning: how far views are online is not known: ${problem}`);
  cli.out.result({ features }, () =>
    features.length === 0
      ? 'no feature view; millrace features list names all'
      : viewTable(features, columns, style).join('\n'),
  );
}

function readFile(file: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, file];
}
