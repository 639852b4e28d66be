import { InvalidArgumentError } from 'commander';
import { ALIAS_PATTERN, isReservedAlias } from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { readVersionNumber } from '../options.js';
import { type Column, renderTable } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { readSubject, type Subject, sendAct, withKnownModel } from './subject.js';

interface AliasOptions {
  readonly expect?: number | 'none';
  readonly remove?: boolean;
  readonly reason: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<name>', 'NAME@VERSION to point it there, NAME to list or to remove')
    .argument('[alias]', 'such as staging')
    .option('--expect <version>', 'move it only from this version, or from none', readExpected)
    .option('--remove', 'take the alias away')
    .option('--reason <text>', 'why; the ledger keeps it', 'moved by hand')
    .action((name: string, alias: string | undefined, options: AliasOptions) =>
      alias === undefined
        ? list(cli, readSubject(name))
        : move(cli, readSubject(name), alias, options),
    );
};

const COLUMNS: readonly Column[] = [
  { title: 'alias' },
  { title: 'version', align: 'right' },
  { title: 'since (UTC)' },
];

async function list(cli: Cli, { model, version }: Subject): Promise<void> {
  const all = await withKnownModel(cli, model, (registry) => registry.life.aliases(model));
  const aliases = all.filter((alias) => version === null || alias.version === version);
  const { columns, style } = cli.out;
  cli.out.result({ model, aliases }, () => {
    if (aliases.length === 0) return 'no alias points there';
    const rows = aliases.map((one) => [one.alias, String(one.version), formatTime(one.at)]);
    return renderTable(COLUMNS, rows, columns, style).join('\n');
  });
}

async function move(
  cli: Cli,
  { model, version }: Subject,
  alias: string,
  { expect, remove, reason }: AliasOptions,
): Promise<void> {
  requireName(alias);
  if (remove === true && version !== null) {
    throw new UsageError('--remove names no version', `write ${model} alone, and --expect`);
  }
  if (remove !== true && version === null) {
    throw new UsageError(
      'the version that the alias is to point to is missing',
      `write ${model}@VERSION, or --remove`,
    );
  }
  const done = await sendAct(cli, {
    kind: 'alias',
    model,
    version,
    alias,
    reason,
    ...(expect !== undefined && { expect: expect === 'none' ? null : expect }),
  });
  const where = version === null ? 'points nowhere' : `points to version ${version}`;
  const again = done.ledger === null ? ' already' : ' now';
  cli.out.result(done, () => `${model}: ${alias} ${where}${again}`);
}

function requireName(alias: string): void {
  if (alias === 'champion') {
    throw new UsageError(
      'the champion is what is in production: an alias command does not move it',
      'millrace promote NAME@VERSION does, and millrace rollback NAME',
    );
  }
  if (ALIAS_PATTERN.test(alias) && !isReservedAlias(alias)) return;
  throw new UsageError(
    `${JSON.stringify(alias)} cannot be an alias`,
    'take small letters and digits, with - or _ between them; latest, numbers and v with a number are reserved',
  );
}

function readExpected(text: string): number | 'none' {
  if (text === 'none') return 'none';
  try {
    return readVersionNumber(text);
  } catch {
    throw new InvalidArgumentError('it must be a version number such as 3, or none');
  }
}
