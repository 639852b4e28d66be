import type { VersionRecord } from '../../../contracts/index.js';
import { artifactOf, type PackageManifest, packageFile } from '../package-manifest.js';
import { type CardPorts, readCardFacts } from './card-facts.js';
import { buildCard, cardOf, type ModelCard, readCard } from './model-card.js';
import { explanations } from './sections/explanations.js';
import { history } from './sections/history.js';

export const CARD_FILE = 'card.json';

/**
 * The card of a version. One that came as a package has the card of where it was trained, since
 * its run is not in this registry, under the name that it has here.
 *
 * @param scope - with what came after registration, or without: then it never changes
 */
export async function cardOfVersion(
  ports: CardPorts,
  record: VersionRecord,
  scope: 'as-registered' | 'until-now',
): Promise<ModelCard> {
  const facts = await readCardFacts(ports, record, scope);
  const imported = record.provenance?.imported;
  if (imported === undefined) return buildCard(facts);
  const manifest = await ports.artifacts.readJson<PackageManifest>(imported.manifest);
  const packed = readCard(
    await ports.artifacts.readJson(artifactOf(packageFile(manifest, CARD_FILE))),
  );
  const since = facts.since === null ? [] : [explanations.read(facts), history.read(facts)];
  return cardOf(record, [...packed.sections, ...since]);
}
