import * as z from 'zod';
import type {
  ArtifactRef,
  JsonObject,
  MonitorSpec,
  VersionProvenance,
  VersionRecord,
} from '../../contracts/index.js';
import { isArtifactRef, MillraceError } from '../../contracts/index.js';

const FORMAT = 'millrace-version/1';

/** `version.json` of a package: what the registry kept of the version but its manifest's content. */
export interface VersionFile {
  readonly format: typeof FORMAT;
  readonly runId: string;
  readonly planHash: string;
  readonly params: JsonObject;
  readonly monitor: MonitorSpec | null;
  readonly asOf: string;
  readonly manifest: ArtifactRef;
  readonly plan: ArtifactRef;
  readonly profile: ArtifactRef | null;
  readonly provenance: VersionProvenance | null;
}

export function versionFile(record: VersionRecord): VersionFile {
  const { runId, planHash, params, monitor, asOf, manifest, plan, profile, provenance } = record;
  return {
    format: FORMAT,
    runId,
    planHash,
    params,
    monitor,
    asOf,
    manifest,
    plan,
    profile,
    provenance: provenance ?? null,
  };
}

const artifact = z.custom<ArtifactRef>(isArtifactRef, 'expected an artifact reference');
const object = z.record(z.string(), z.unknown());

/** The hashes say that nobody changed the file; this, that it is one that this release reads. */
const schema = z.object({
  format: z.literal(FORMAT),
  runId: z.string(),
  planHash: z.string().regex(/^[0-9a-f]{64}$/),
  params: object,
  monitor: object.nullable(),
  asOf: z.iso.datetime({ offset: true }),
  manifest: artifact,
  plan: artifact,
  profile: artifact.nullable(),
  provenance: z
    .object({
      code: object.nullable(),
      example: artifact.nullable(),
      licence: artifact.nullable(),
      requirements: z.record(z.string(), z.string()),
    })
    .nullable(),
});

/** @throws MillraceError `InvalidInput` when it is not of this format */
export function readVersionFile(value: unknown): VersionFile {
  const { success, error } = schema.safeParse(value);
  if (success) return value as VersionFile;
  const [first] = error.issues;
  throw new MillraceError(
    'InvalidInput',
    `version.json of the package: ${first?.path.join('.') || 'the file'}: ${first?.message}`,
    'export the package with a release of millrace that this one knows',
  );
}
