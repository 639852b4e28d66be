import type { RegistryReader } from '../../models/registry/ports.js';
import { deliveryTable } from '../alerts/view.js';
import { askWorker } from '../by-hand.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { noSuchModel } from '../models/document.js';
import { currentActor, readCount } from '../options.js';
import { findCliHome, openCliHome, withRegistry } from '../rooms.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[name]', 'only alerts of this model')
    .option('--limit <n>', 'at most this many, the newest', readCount, 50)
    .action((name: string | undefined, options: { limit: number }) =>
      list(cli, name, options.limit),
    );
  command
    .command('test')
    .description('send a real message to a channel, as the worker sends alerts')
    .argument('<channel>', 'its name in channels.yaml')
    .action((channel: string) => test(cli, channel));
};

async function list(cli: Cli, name: string | undefined, limit: number): Promise<void> {
  const alerts =
    (await withRegistry(await findCliHome(cli), async (registry) => {
      if (name !== undefined) await requireModel(registry, name);
      return registry.alertDeliveries({ limit, ...(name === undefined ? {} : { model: name }) });
    })) ?? [];
  cli.out.result({ alerts }, () =>
    alerts.length === 0
      ? `no alert${name === undefined ? '' : ` of ${name}`} yet`
      : deliveryTable(alerts, cli.out.columns, cli.out.style).join('\n'),
  );
}

async function requireModel(registry: RegistryReader, name: string): Promise<void> {
  const known = await registry.models();
  if (!known.includes(name)) throw noSuchModel(name, known);
}

async function test(cli: Cli, channel: string): Promise<void> {
  const home = await openCliHome(cli);
  const result = await askWorker(cli, home, 'testChannel', { channel, actor: currentActor() });
  if (!result.delivered) cli.exitCode = EXIT.failed;
  const { green, red } = cli.out.style;
  cli.out.result(result, () =>
    result.delivered
      ? green(`✓ ${channel} took a test message: ${result.detail}`)
      : red(`✗ ${channel}: ${result.detail}`),
  );
}
