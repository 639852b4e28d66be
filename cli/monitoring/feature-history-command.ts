import { writeFile } from 'node:fs/promises';
import type { WindowMeasurement } from '../../contracts/index.js';
import { featureHistoryPage } from '../../monitoring/report/history-page/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { replaceFile } from '../../storage/durable-file.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import { readFeatureHistory } from '../models/feature-history.js';
import { featureLines } from '../models/feature-view.js';
import { findCliHome } from '../rooms.js';
import { checkDestination } from '../statistics/profile-destination.js';
import { readVersion } from '../version.js';

export interface FeatureOptions {
  readonly feature?: string;
  readonly html?: string;
  readonly metric?: string;
}

interface ReadFeature extends FeatureOptions {
  readonly feature: string;
}

/**
 * Whether one feature is asked for.
 *
 * @throws UsageError on options that do not go together
 */
export function readsFeature<T extends FeatureOptions>(options: T): options is T & ReadFeature {
  const { feature, html, metric } = options;
  if (feature !== undefined && metric !== undefined) {
    throw new UsageError('--feature and --metric are two different histories: give one of them');
  }
  if (html !== undefined && feature === undefined) {
    throw new UsageError('--html draws the history of one input: name it by --feature');
  }
  return feature !== undefined;
}

/** Prints the distribution of one input over the windows, or writes it as a page. */
export async function featureHistory(
  cli: Cli,
  name: string,
  { feature, html }: ReadFeature,
  measurements: readonly WindowMeasurement[],
): Promise<void> {
  const home = await findCliHome(cli);
  if (html !== undefined) await checkDestination(html, [], '--html');
  if (home === null) return;
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const history = await readFeatureHistory(artifacts, name, measurements, feature);
  if (html !== undefined) {
    const about = { generatedAt: new Date().toISOString(), version: readVersion() };
    const page = featureHistoryPage(history, about);
    await replaceFile(html, (beside) => writeFile(beside, page));
  }
  const { columns, style } = cli.out;
  cli.out.result(history, () => featureLines(history, columns, style).join('\n'));
}
