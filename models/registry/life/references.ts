import type { VersionReference } from '../../../contracts/index.js';
import type { RegistryReader } from '../ports.js';

/** Runs that are under way are few; finished ones are not asked for. */
const RUNS_READ = 200;

type Registry = Pick<
  RegistryReader,
  'life' | 'routes' | 'rollouts' | 'repairs' | 'incidents' | 'runs' | 'version' | 'versions'
>;

/**
 * What rests on a version: first what keeps it from being archived or deleted, then what only has to
 * be known.
 */
export async function referencesTo(
  registry: Registry,
  model: string,
  version: number,
): Promise<readonly VersionReference[]> {
  const found = await Promise.all([
    aliasesOf(registry, model, version),
    trafficOf(registry, model, version),
    repairsOf(registry, model, version),
    runsOf(registry, model, version),
    incidentsOf(registry, model, version),
    stretchesOf(registry, model, version),
    comparisonsOf(registry, model, version),
  ]);
  return found.flat().sort((a, b) => Number(b.blocks) - Number(a.blocks));
}

async function aliasesOf(registry: Registry, model: string, version: number) {
  const aliases = await registry.life.aliases(model);
  return aliases
    .filter((alias) => alias.version === version)
    .map(
      ({ alias }): VersionReference =>
        alias === 'champion'
          ? { kind: 'champion', detail: `it is the champion of ${model}`, blocks: true }
          : { kind: 'alias', detail: `the alias ${alias} points to it`, blocks: true },
    );
}

async function trafficOf(registry: Registry, model: string, version: number) {
  const references: VersionReference[] = [];
  for (const route of await registry.routes()) {
    if (route.model !== model) continue;
    const arm = route.arms.find((item) => item.version === version);
    if (arm !== undefined) {
      const detail = `it answers ${arm.weightPercent} % of the requests`;
      references.push({ kind: 'route', detail, blocks: true });
    }
    if (route.shadows.includes(version)) {
      const detail = 'it is given a copy of each request';
      references.push({ kind: 'route', detail, blocks: true });
    }
  }
  for (const { rolloutId, status, from, to } of await registry.rollouts(model)) {
    if (status !== 'running' && status !== 'paused') continue;
    if (from !== version && to !== version) continue;
    const part = to === version ? 'rolled out' : 'the champion that another is compared with';
    references.push({ kind: 'rollout', detail: `it is ${part} in ${rolloutId}`, blocks: true });
  }
  return references;
}

async function repairsOf(registry: Registry, model: string, version: number) {
  const repairs = await registry.repairs(model);
  return repairs
    .filter((repair) => repair.kind === 'fallback' && repair.version === version)
    .map(
      ({ key }): VersionReference => ({
        kind: 'repair',
        detail: `it answers in place of the champion (repair ${key})`,
        blocks: true,
      }),
    );
}

async function runsOf(registry: Registry, model: string, version: number) {
  const record = await registry.version(model, version);
  const running = await registry.runs({ model, status: 'running', limit: RUNS_READ });
  return running
    .filter(({ runId }) => runId === record?.runId)
    .map(
      ({ runId }): VersionReference => ({
        kind: 'run',
        detail: `run ${runId}, which made it, is under way`,
        blocks: true,
      }),
    );
}

async function incidentsOf(registry: Registry, model: string, version: number) {
  const incidents = await registry.incidents({ model, status: 'open' });
  return incidents
    .filter((incident) => incident.version === version)
    .map(
      ({ number }): VersionReference => ({
        kind: 'incident',
        detail: `incident ${model}#${number} about it is open`,
        blocks: false,
      }),
    );
}

/** A rollback may return to an earlier champion, until it is out of use. */
async function stretchesOf(registry: Registry, model: string, version: number) {
  const stretches = await registry.life.stages(model);
  const last = stretches.findLast((stretch) => stretch.version === version);
  if (last === undefined || last.until === null) return [];
  const detail = `it was champion until ${last.until.at}: a rollback returns to it only while it is in use`;
  return [{ kind: 'earlier-champion', detail, blocks: false } satisfies VersionReference];
}

async function comparisonsOf(registry: Registry, model: string, version: number) {
  const versions = await registry.versions(model);
  return versions
    .filter(({ content }) => content.evaluation?.champion?.version === version)
    .map(
      (other): VersionReference => ({
        kind: 'compared-with',
        detail: `version ${other.version} was compared with it`,
        blocks: false,
      }),
    );
}
