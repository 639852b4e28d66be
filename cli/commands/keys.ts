import { InvalidArgumentError } from 'commander';
import { NAME_PATTERN, parseDurationMs, parseEventTimeMs } from '../../contracts/index.js';
import { createLogger } from '../../logging/logger.js';
import { KeyAdministration } from '../../models/access/key-administration.js';
import { SCOPES, type Scope } from '../../models/access/scopes.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { keyTable } from '../keys/view.js';
import { currentActor } from '../options.js';
import { findCliHome, openCliHome, withRegistry } from '../rooms.js';

interface CreateOptions {
  readonly name?: string;
  readonly scope?: readonly Scope[];
  readonly model?: readonly string[];
  readonly rate?: number;
  readonly expires?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .command('create')
    .description('make a key; it is shown once')
    .option('--name <name>', 'what it is for, such as shop-frontend', readName)
    .option('--scope <scope>', `${SCOPES.join(', ')}; may be given again`, readScope)
    .option('--model <name>', 'this model alone; may be given again', readModel)
    .option('--rate <number>', 'requests a second that it may make', readRate)
    .option('--expires <when>', 'a duration such as 90d, or a time', readExpiry)
    .action((options: CreateOptions) => create(cli, options));
  command
    .command('list')
    .description('names, scopes, when they were last used')
    .action(() => list(cli));
  command
    .command('revoke')
    .description('take a key out of force for good')
    .argument('<key>', 'its name or id')
    .action((key: string) => revoke(cli, key));
};

async function create(cli: Cli, options: CreateOptions): Promise<void> {
  const { name, scope, model, rate, expires } = options;
  if (name === undefined || scope === undefined) {
    throw new UsageError(
      'a key needs --name NAME and --scope SCOPE',
      'millrace keys create --name shop --scope predict --model coffee --expires 90d',
    );
  }
  const keys = await administration(cli);
  const same = (await keys.list()).keys.filter(
    (known) => known.name === name && known.state === 'active',
  );
  const { key, entry } = await keys.create({
    name,
    scopes: scope,
    models: model ?? null,
    requestsPerSecond: rate ?? null,
    expiresAt: expires ?? null,
  });
  cli.out.result({ key, ...entry }, () => key);
  cli.out.note(
    'It is shown this once and kept nowhere. Send it as Authorization: Bearer <key>; gateways take it within two seconds.',
  );
  if (same.length > 0) {
    const ids = same.map(({ id }) => id).join(', ');
    cli.out.note(`${name} is the name of ${ids} too: once the client has moved, revoke by the id.`);
  }
  await noteUnknownModels(cli, model ?? []);
}

/** A key may be made before its model is: what may be a typing error is said, not refused. */
async function noteUnknownModels(cli: Cli, named: readonly string[]): Promise<void> {
  if (named.length === 0) return;
  const home = await findCliHome(cli);
  const known = await withRegistry(home, (registry) => registry.models()).catch(() => null);
  if (known === null) return;
  for (const model of named.filter((name) => !known.includes(name))) {
    const near = suggestion(model, known);
    const hint = near === undefined ? '' : ` (${near})`;
    cli.out.note(`There is no model ${model}${hint}: the key opens nothing of it until there is.`);
  }
}

async function list(cli: Cli): Promise<void> {
  const { keys, bad } = await (await administration(cli)).list();
  const { columns, style } = cli.out;
  cli.out.result({ keys, bad }, () =>
    keys.length === 0
      ? 'there are no keys; millrace keys create makes one'
      : keyTable(keys, Date.now(), columns, style).join('\n'),
  );
  for (const { file, reason } of bad) cli.out.note(`${file} is no key: ${reason}`);
}

async function revoke(cli: Cli, nameOrId: string): Promise<void> {
  const key = await (await administration(cli)).revoke(nameOrId);
  cli.out.result(
    key,
    () => `${key.name} (${key.id}) is revoked; gateways refuse it within two seconds`,
  );
}

async function administration(cli: Cli): Promise<KeyAdministration> {
  const home = await openCliHome(cli);
  return new KeyAdministration(home.root, currentActor(), createLogger('cli'));
}

function readName(text: string): string {
  if (NAME_PATTERN.test(text) && text.length <= 64) return text;
  throw new InvalidArgumentError('it must be small letters, digits and -, such as shop-frontend');
}

function readModel(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, readName(text)];
}

function readScope(text: string, earlier: readonly Scope[] = []): readonly Scope[] {
  const scope = SCOPES.find((known) => known === text);
  if (scope === undefined) throw new InvalidArgumentError(suggestion(text, SCOPES) ?? '');
  return [...earlier, scope];
}

function readRate(text: string): number {
  const rate = Number(text);
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw new InvalidArgumentError('it must be a number above 0');
}

function readExpiry(text: string): string {
  const length = parseDurationMs(text);
  const ms = length === null ? parseEventTimeMs(text) : Date.now() + length;
  if (ms === null || ms <= Date.now()) {
    throw new InvalidArgumentError('it must be a duration such as 90d, or a time that is to come');
  }
  return new Date(ms).toISOString();
}
