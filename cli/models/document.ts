import type {
  LedgerEntry,
  Metrics,
  Retirement,
  TagRecord,
  VersionRecord,
} from '../../contracts/index.js';
import { isLeaseLive, MillraceError } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { ArtifactStore } from '../../storage/artifacts/port.js';

/** A version in the JSON of `models show`. */
export interface VersionDocument {
  readonly version: number;
  readonly status: VersionRecord['status'];
  readonly approval: VersionRecord['approval'];
  readonly metrics: Metrics;
  readonly planHash: string;
  /** Its plan is not in the artifact store: gateways serve it by the defaults. */
  readonly planIsGone: boolean;
  readonly runId: string;
  readonly createdAt: string;
  readonly algorithm: string;
  readonly trainingRows: number;
  readonly asOf: string;
}

/** A tag in the JSON of `models show`; without a version it is the model's own. */
export type TagDocument = Pick<TagRecord, 'version' | 'tag' | 'value'>;

/** The JSON of `models show`. Fields may be added, never renamed. */
export interface ModelDocument {
  readonly name: string;
  readonly champion: number | null;
  readonly versions: readonly VersionDocument[];
  /** Every alias, the champion's too. */
  readonly aliases: { readonly [alias: string]: number };
  readonly tags: readonly TagDocument[];
  /** `null`: it was never retired. */
  readonly retirement: Retirement['status'] | null;
  readonly ledger: readonly LedgerEntry[];
  /** Gateways that are live and serve the model, by what they report. */
  readonly serving: readonly {
    readonly gateway: string;
    readonly version: number;
    /** Version that answers in place of the champion; absent: none does. */
    readonly fallback?: number;
  }[];
}

/** @throws MillraceError `NotFound` when no version of the model was ever registered */
export async function readModel(
  registry: RegistryReader,
  artifacts: Pick<ArtifactStore, 'has'>,
  name: string,
): Promise<ModelDocument> {
  const [versions, champion, ledger, leases, aliases, tags, retirement] = await Promise.all([
    registry.versions(name),
    registry.champion(name),
    registry.ledger(name),
    registry.leases(),
    registry.life.aliases(name),
    registry.life.tags(name),
    registry.life.retirement(name),
  ]);
  if (versions.length === 0 && ledger.length === 0) {
    throw noSuchModel(name, await registry.models());
  }
  return {
    name,
    champion: champion?.version ?? null,
    versions: await Promise.all(
      versions.map(async (record) => versionDocument(record, !(await artifacts.has(record.plan)))),
    ),
    aliases: Object.fromEntries(aliases.map(({ alias, version }) => [alias, version])),
    tags: tags.map(({ version, tag, value }) => ({ version, tag, value })),
    retirement: retirement?.status ?? null,
    ledger,
    serving: leases
      .filter((lease) => isLeaseLive(lease, Date.now()))
      .flatMap(({ address, servedVersions, fallbacks }) => {
        const version = servedVersions[name];
        const fallback = fallbacks?.[name];
        return version === undefined
          ? []
          : [{ gateway: address, version, ...(fallback !== undefined && { fallback }) }];
      }),
  };
}

function versionDocument(record: VersionRecord, planIsGone: boolean): VersionDocument {
  return {
    version: record.version,
    status: record.status,
    approval: record.approval,
    metrics: metricsOf(record),
    planHash: record.planHash,
    planIsGone,
    runId: record.runId,
    createdAt: record.createdAt,
    algorithm: record.content.algorithm,
    trainingRows: record.content.trainingRows,
    asOf: record.asOf,
  };
}

export function metricsOf(record: VersionRecord): Metrics {
  return record.content.evaluation?.metrics ?? {};
}

export function noSuchModel(name: string, known: readonly string[]): MillraceError {
  return new MillraceError(
    'NotFound',
    `there is no model ${name}`,
    suggestion(name, known) ?? 'no model is registered yet: millrace run FILE trains one',
  );
}
