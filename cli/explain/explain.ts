import type { Explanation, VersionRecord } from '../../contracts/index.js';
import {
  type ExplainRequest,
  explainVersion,
  findPrediction,
} from '../../models/explaining/index.js';
import { createPredictionReader } from '../../models/predictions/prediction-reader.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { noSuchModel } from '../models/document.js';
import { findVersion } from '../models/find-version.js';
import { withModelServers } from '../models/model-servers.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { checkDestination } from '../statistics/profile-destination.js';
import { shareProgress } from '../statistics/share-progress.js';
import { checkOptions, type ExplainOptions, requestOf } from './options.js';
import { writeExplanationPage } from './page-file.js';
import { explainingPython } from './python.js';
import { saveExplanation } from './save.js';
import { explanationWords } from './words.js';

/** Explains a version, or one prediction of it, and says it in words, as JSON, as a page. */
export async function explain(
  cli: Cli,
  name: string,
  options: ExplainOptions,
  signal: AbortSignal,
): Promise<void> {
  checkOptions(options);
  const { html, data, background } = options;
  const read = [data, background].filter((file) => file !== undefined);
  if (html !== undefined) await checkDestination(html, read, '--html');
  const explanation = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const record = await versionToExplain(registry, home, name, options);
    const request = requestOf(record.content.signature, options);
    return await computed(cli, home, record, request, signal);
  });
  if (explanation === null) throw noSuchModel(name.replace(/@.*/, ''), []);
  if (html !== undefined) await writeExplanationPage(html, explanation);
  const { columns, style } = cli.out;
  cli.out.result(explanation, () => explanationWords(explanation, columns, style).join('\n'));
  if (options.save === true) await saveExplanation(cli, explanation);
}

/** The version that is named; of a prediction, the one that answered it. */
async function versionToExplain(
  registry: RegistryReader,
  home: HomeLayout,
  name: string,
  { id }: ExplainOptions,
): Promise<VersionRecord> {
  // Says what is wrong with the name, whatever is wrong with the id.
  const named = await findVersion(registry, name);
  if (id === undefined || name.includes('@')) return named;
  const log = createPredictionReader(home.predictionsDir);
  const { version } = await findPrediction(log, named.model, id);
  return version === named.version ? named : findVersion(registry, `${named.model}@${version}`);
}

async function computed(
  cli: Cli,
  home: HomeLayout,
  record: VersionRecord,
  request: ExplainRequest,
  signal: AbortSignal,
): Promise<Explanation> {
  const progress = shareProgress(cli.out, 'explained');
  try {
    const artifacts = createLocalArtifactStore(home.artifactsDir);
    const deps = {
      artifacts,
      log: createPredictionReader(home.predictionsDir),
      signal,
      python: async () => ({
        ...(await explainingPython(cli)),
        signal,
        onProgress: progress.show,
      }),
    };
    return await withModelServers(cli, home, artifacts, (servers) =>
      explainVersion({ ...deps, servers }, record, request),
    );
  } finally {
    progress.clear();
  }
}
