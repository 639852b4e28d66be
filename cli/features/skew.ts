import {
  type FeatureSkew,
  formatEventTime,
  MillraceError,
  type TimeWindow,
} from '../../contracts/index.js';
import { measureSkew } from '../../models/features/index.js';
import { createPredictionReader } from '../../models/predictions/prediction-reader.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { loggedFeatures } from '../../monitoring/measuring/logged-columns.js';
import { servedFeatures } from '../../monitoring/measuring/measure-feature-skew.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import { noSuchModel } from '../models/document.js';
import { renderTable } from '../render/table.js';
import { formatShare } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';

export interface SkewOptions {
  /** Length before the newest prediction, in ms. */
  readonly last: number;
  readonly from?: string;
  readonly to?: string;
  readonly tolerance: number;
}

interface SkewDocument {
  readonly model: string;
  readonly window: TimeWindow;
  readonly tolerance: number;
  readonly versions: readonly {
    readonly version: number;
    readonly rows: number;
    readonly features: readonly FeatureSkew[];
  }[];
}

/** Reads the prediction log and the sources themselves: nothing has to run. */
export async function printSkew(cli: Cli, model: string, options: SkewOptions): Promise<void> {
  const document = await withRegistry(await findCliHome(cli), (registry, home) =>
    skewOf(registry, home, model, options),
  );
  if (document === null) throw noSuchModel(model, []);
  cli.out.result(document, () => words(document, cli));
}

async function skewOf(
  registry: RegistryReader,
  home: HomeLayout,
  model: string,
  { last, from, to, tolerance }: SkewOptions,
): Promise<SkewDocument> {
  const records = await registry.versions(model);
  if (records.length === 0) throw noSuchModel(model, await registry.models());
  const withFeatures = records.filter(({ content }) => content.features !== undefined);
  if (withFeatures.length === 0) {
    throw new MillraceError(
      'InvalidInput',
      `no version of ${model} was trained with features of a view`,
      'join some with a step `uses: features` before training',
    );
  }
  const log = createPredictionReader(home.predictionsDir);
  const endMs =
    to === undefined ? ((await log.summary(model)).watermarkMs ?? 0) + 1 : Date.parse(to);
  const startMs = from === undefined ? endMs - last : Date.parse(from);
  if (startMs >= endMs) {
    throw new UsageError(
      `--from ${formatEventTime(startMs)} is not before ${formatEventTime(endMs)}, where the comparison ends`,
    );
  }
  const window = { start: formatEventTime(startMs), end: formatEventTime(endMs) };
  const versions: SkewDocument['versions'][number][] = [];
  for (const { version, content, baseDirectory } of withFeatures) {
    const opened = await log.openWindow(model, window, loggedFeatures(content));
    try {
      const rows = opened.versions.find((served) => served.version === version);
      const uses = content.features ?? [];
      const served = rows === undefined ? null : await servedFeatures(rows, uses);
      if (served === null) continue;
      const features = await measureSkew({ served, uses, baseDirectory, tolerance });
      versions.push({ version, rows: served.rows, features });
    } finally {
      await opened.close();
    }
  }
  return { model, window, tolerance, versions };
}

function words({ model, window, versions }: SkewDocument, cli: Cli): string {
  if (versions.length === 0) {
    return `${model} answered nothing with features from ${window.start} to ${window.end}`;
  }
  const columns = [
    { title: 'version', align: 'right' },
    { title: 'feature', shrinkTo: 16 },
    { title: 'looked up', align: 'right' },
    { title: 'differ', align: 'right' },
    { title: 'not found', align: 'right' },
    { title: 'share', align: 'right' },
  ] as const;
  const rows = versions.flatMap(({ version, features }) =>
    features.map(({ view, feature, rows: compared, differing, missing, share }) => [
      String(version),
      `${view}:${feature}`,
      String(compared),
      String(differing),
      String(missing),
      share === null ? '' : formatShare(share),
    ]),
  );
  return renderTable(columns, rows, cli.out.columns, cli.out.style).join('\n');
}
