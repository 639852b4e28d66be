import type { LifeChange } from '../../contracts/index.js';
import type { Cli, CommandModule } from '../command.js';
import { UsageError } from '../errors.js';
import { readVersionName } from '../options.js';
import { sendAct } from './subject.js';

type Kind = 'approve' | 'reject' | 'deprecate' | 'archive' | 'restore' | 'delete';

interface StandingOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

/** What is said when it was done. */
const DONE: Readonly<Record<Kind, string>> = {
  approve: 'is approved: it may become champion',
  reject: 'is rejected: it cannot become champion, and no rollback returns to it',
  deprecate: 'is deprecated: it serves where it serves, and is not chosen anew',
  archive: 'is archived: it is out of use, and still exports',
  restore: 'is ready again',
  delete: 'is deleted: its number is not used again, and its ledger stays',
};

export const approve = standing('approve');
export const reject = standing('reject');
export const deprecate = standing('deprecate');
export const archive = standing('archive');
export const restore = standing('restore');
export const remove = standing('delete');

function standing(kind: Kind): CommandModule {
  return {
    define(command, cli) {
      command
        .argument('<name@version>', 'such as bike-demand@3')
        .requiredOption('--reason <text>', 'why; the ledger keeps it');
      if (kind === 'delete') command.option('--yes', 'remove its files for good');
      command.action((name: string, options: StandingOptions) => change(cli, kind, name, options));
    },
  };
}

async function change(
  cli: Cli,
  kind: Kind,
  name: string,
  { reason, yes }: StandingOptions,
): Promise<void> {
  const { model, version } = readVersionName(name);
  if (kind === 'delete' && yes !== true) {
    throw new UsageError(
      `deleting ${model}@${version} removes its files for good`,
      'say --yes; millrace models archive keeps them, and takes the version out of use as well',
    );
  }
  const done = await sendAct(cli, { kind, model, version, reason });
  cli.out.result(done, () => words(kind, done).join('\n'));
}

function words(kind: Kind, { model, version, ledger, references, files }: LifeChange): string[] {
  const name = `${model}@${version}`;
  return [
    ledger === null ? `${name} ${DONE[kind]} (it was so already)` : `${name} ${DONE[kind]}`,
    ...references.map(({ detail }) => `  ${detail}`),
    ...(files === null ? [] : [`  ${files.removed.length} files removed`]),
    ...(files?.kept ?? []).map(({ sha256, why }) => `  ${sha256.slice(0, 12)} stays: ${why}`),
  ];
}
