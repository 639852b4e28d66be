import type { Cli } from '../command.js';
import { type Column, renderTable } from '../render/table.js';
import { formatMetrics, formatTime } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { metricsOf } from './document.js';

const COLUMNS: readonly Column[] = [
  { title: 'model', shrinkTo: 12 },
  { title: 'champion' },
  { title: 'versions', align: 'right', dropOrder: 3 },
  { title: 'champion since', dropOrder: 2 },
  { title: 'metrics', shrinkTo: 12, dropOrder: 1 },
];

/** Every model with its champion: `millrace models`. */
export async function listModels(cli: Cli): Promise<void> {
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
