import {
  type Explanation,
  explanationTag,
  explanationTagValue,
  MEDIA_TYPE,
} from '../../contracts/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import type { Cli } from '../command.js';
import { sendAct } from '../models/subject.js';
import { openCliHome } from '../rooms.js';

/**
 * Keeps an explanation as an artifact, which a tag of the version names: a worker sets it, since the
 * command line only reads the registry.
 *
 * @throws MillraceError `ServiceUnavailable` when no worker answers
 */
export async function saveExplanation(cli: Cli, explanation: Explanation): Promise<void> {
  const { model, version, method } = explanation;
  const home = await openCliHome(cli);
  const artifacts = createLocalArtifactStore(home.artifactsDir);
  const stored = await artifacts.putJson(explanation, MEDIA_TYPE.explanation);
  await sendAct(cli, {
    kind: 'tag',
    model,
    version,
    tags: { [explanationTag(method)]: explanationTagValue(stored) },
    reason: `explained by ${method}`,
  });
  cli.out.note(`kept for the model card: millrace models card ${model}@${version}`);
}
