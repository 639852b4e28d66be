import { InvalidArgumentError } from 'commander';
import { type ClaimedReview, parseDurationMs } from '../../contracts/index.js';
import { askWorker } from '../by-hand.js';
import type { Cli, DefineCommand } from '../command.js';
import { noSuchModel } from '../models/document.js';
import { currentActor, readCount } from '../options.js';
import { type SuspectsOptions, suspects } from '../review/suspects.js';
import { itemLines, itemTable, shown } from '../review/view.js';
import { findCliHome, openCliHome, withRegistry } from '../rooms.js';

const NAME = 'name of the model';
const ID = 'id of the prediction';
const DAY_MS = 86_400_000;

interface AnswerOptions {
  readonly by?: string;
  readonly note?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .command('list')
    .description('what waits to be labelled, what teaches most first')
    .argument('<name>', NAME)
    .option('--limit <n>', 'at most this many', readCount, 20)
    .action((name: string, options: { limit: number }) => list(cli, name, options.limit));
  command
    .command('next')
    .description('show what to label next; nobody else is shown it for 15 minutes')
    .argument('<name>', NAME)
    .option('--by <person>', 'who labels (default: the user)')
    .action((name: string, options: AnswerOptions) => next(cli, name, options));
  command
    .command('answer')
    .description('give the true answer of a prediction; it becomes its label')
    .argument('<id>', ID)
    .argument('<label>', 'a class, or a number')
    .option('--by <person>', 'who labels (default: the user)')
    .option('--note <text>', 'kept with the answer')
    .action((id: string, label: string, options: AnswerOptions) => answer(cli, id, label, options));
  command
    .command('skip')
    .description('take a prediction out of the queue without an answer')
    .argument('<id>', ID)
    .option('--by <person>', 'who looked at it (default: the user)')
    .option('--note <text>', 'why')
    .action((id: string, options: AnswerOptions) => answer(cli, id, null, options));
  command
    .command('suspects')
    .description('labels that are probably wrong')
    .argument('<name>', NAME)
    .option('--last <duration>', 'how far back, by event time', readDuration, 90 * DAY_MS)
    .option('--limit <n>', 'at most this many', readCount, 20)
    .action((name: string, options: SuspectsOptions) => suspects(cli, name, options));
};

function readDuration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null || ms === 0) throw new InvalidArgumentError('it must be a duration such as 30d');
  return ms;
}

async function list(cli: Cli, model: string, limit: number): Promise<void> {
  const found = await withRegistry(await findCliHome(cli), async (registry) => {
    const known = await registry.models();
    if (!known.includes(model)) throw noSuchModel(model, known);
    const items = await registry.reviewItems({ model, status: 'open', limit });
    return { items, open: await registry.openReviewItems(model) };
  });
  if (found === null) throw noSuchModel(model, []);
  const { items, open } = found;
  const { columns, style } = cli.out;
  cli.out.result({ model, open, items }, () =>
    items.length === 0
      ? `nothing of ${model} waits to be labelled`
      : [...itemTable(items, columns, style), '', `${open} open`].join('\n'),
  );
}

async function next(cli: Cli, model: string, { by }: AnswerOptions): Promise<void> {
  const home = await openCliHome(cli);
  const known = (await withRegistry(home, (registry) => registry.models())) ?? [];
  if (!known.includes(model)) throw noSuchModel(model, known);
  const claimed: ClaimedReview = await askWorker(cli, home, 'claimReview', {
    model,
    actor: by ?? currentActor(),
  });
  const { columns, style } = cli.out;
  cli.out.result(claimed, () => {
    if (claimed.item !== null) return itemLines(claimed.item, columns, style).join('\n');
    return claimed.open === 0
      ? `nothing of ${model} waits to be labelled`
      : `${claimed.open} of ${model} wait, and others are looking at all of them`;
  });
}

async function answer(
  cli: Cli,
  id: string,
  label: string | null,
  { by, note }: AnswerOptions,
): Promise<void> {
  const home = await openCliHome(cli);
  const item = await askWorker(cli, home, 'answerReview', {
    id,
    label,
    actor: by ?? currentActor(),
    note: note ?? null,
  });
  cli.out.result(item, () =>
    label === null
      ? `${item.id} is out of the queue`
      : `${item.id}: ${shown(item.answer?.label ?? null)} is its label now`,
  );
}
