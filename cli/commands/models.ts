import type { Cli, DefineCommand } from '../command.js';
import { metricsOf, noSuchModel, readModel } from '../models/document.js';
import { modelLines } from '../models/view.js';
import { type Column, renderTable } from '../render/table.js';
import { formatMetrics, formatTime } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';

const COLUMNS: readonly Column[] = [
  { title: 'model', shrinkTo: 12 },
  { title: 'champion' },
  { title: 'versions', align: 'right', dropOrder: 3 },
  { title: 'champion since', dropOrder: 2 },
  { title: 'metrics', shrinkTo: 12, dropOrder: 1 },
];

export const define: DefineCommand = (command, cli) => {
  command.action(() => list(cli));
  command
    .command('show')
    .description('show one model: champion, versions, ledger')
    .argument('<name>', 'name of the model')
    .action((name: string) => show(cli, name));
};

async function list(cli: Cli): Promise<void> {
  const models =
    (await withRegistry(await findCliHome(cli), async (registry) => {
      const names = await registry.models();
      return Promise.all(
        names.map(async (name) => {
          const [versions, champion] = await Promise.all([
            registry.versions(name),
            registry.champion(name),
          ]);
          const record = versions.find(({ version }) => version === champion?.version);
          return {
            name,
            champion: champion?.version ?? null,
            championSince: champion?.sinceAsOf ?? null,
            versions: versions.length,
            metrics: record === undefined ? {} : metricsOf(record),
          };
        }),
      );
    })) ?? [];
  cli.out.result({ models }, () => {
    if (models.length === 0) return 'no models: millrace run FILE trains and registers one';
    const rows = models.map(({ name, champion, championSince, versions, metrics }) => [
      name,
      champion === null ? 'none' : `version ${champion}`,
      String(versions),
      formatTime(championSince),
      formatMetrics(metrics, 3),
    ]);
    return renderTable(COLUMNS, rows, cli.out.columns, cli.out.style).join('\n');
  });
}

async function show(cli: Cli, name: string): Promise<void> {
  const model = await withRegistry(await findCliHome(cli), (registry) => readModel(registry, name));
  if (model === null) throw noSuchModel(name, []);
  cli.out.result(model, () => modelLines(model, cli.out.columns, cli.out.style).join('\n'));
}
