import { randomBytes } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { parseDurationMs, type Silence } from '../../contracts/index.js';
import { silenceTable } from '../alerts/view.js';
import { askWorker } from '../by-hand.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { noSuchModel } from '../models/document.js';
import { currentActor } from '../options.js';
import { formatTime } from '../render/values.js';
import { findCliHome, openCliHome, withRegistry } from '../rooms.js';

interface SilenceOptions {
  readonly all?: true;
  readonly for?: number;
  readonly reason?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[name]', 'name of the model')
    .option('--all', 'every model')
    .option('--for <duration>', 'how long, such as 4h', readLength)
    .option('--reason <text>', 'why; `millrace alerts` shows it')
    .action((name: string | undefined, options: SilenceOptions) => silence(cli, name, options));
  command
    .command('list')
    .description('the silences that hold')
    .action(() => list(cli));
  command
    .command('end')
    .description('end a silence before its time')
    .argument('<id>', 'as `silence list` shows it')
    .action((id: string) => end(cli, id));
};

function readLength(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null || ms === 0) throw new InvalidArgumentError('it must be a duration such as 4h');
  return ms;
}

async function silence(
  cli: Cli,
  name: string | undefined,
  { all, for: lengthMs, reason }: SilenceOptions,
): Promise<void> {
  if ((name === undefined) === (all === undefined)) {
    throw new UsageError('name one model, or give --all', 'millrace silence bikes --for 4h …');
  }
  if (lengthMs === undefined || reason === undefined || reason.trim() === '') {
    throw new UsageError('a silence needs --for DURATION and --reason TEXT');
  }
  const home = await openCliHome(cli);
  if (name !== undefined) {
    const known = (await withRegistry(home, (registry) => registry.models())) ?? [];
    if (!known.includes(name)) throw noSuchModel(name, known);
  }
  const now = Date.now();
  const asked: Silence = {
    id: randomBytes(4).toString('hex'),
    model: name ?? null,
    from: new Date(now).toISOString(),
    until: new Date(now + lengthMs).toISOString(),
    actor: currentActor(),
    reason,
  };
  const kept = await askWorker(cli, home, 'putSilence', asked);
  cli.out.result(
    kept,
    () =>
      `${name ?? 'every model'}: nobody is told until ${formatTime(kept.until)} UTC; millrace silence end ${kept.id} ends it`,
  );
}

async function list(cli: Cli): Promise<void> {
  const now = new Date().toISOString();
  const all = (await withRegistry(await findCliHome(cli), (registry) => registry.silences())) ?? [];
  const silences = all.filter(({ until }) => until > now);
  cli.out.result({ silences }, () =>
    silences.length === 0
      ? 'no silence holds'
      : silenceTable(silences, cli.out.columns, cli.out.style).join('\n'),
  );
}

async function end(cli: Cli, id: string): Promise<void> {
  const home = await openCliHome(cli);
  const ended = await askWorker(cli, home, 'endSilence', { id, actor: currentActor() });
  cli.out.result(ended, () => `${ended.model ?? 'every model'}: alerts are told again`);
}
