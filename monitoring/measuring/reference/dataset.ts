import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type ArtifactRef,
  MEDIA_TYPE,
  MillraceError,
  type ReferenceUsed,
} from '../../../contracts/index.js';
import { writeParquet } from '../../../storage/tabular/index.js';
import type { MeasureDeps, MeasureRequest } from '../measure-request.js';
import { type ProfiledBy, profileRows, type RowsProfile } from './profile-rows.js';
import { fileRows, ReferenceRows } from './reference-rows.js';
import type { WindowReference } from './window-reference.js';

/** Rows of the file that are kept with its profile. */
const SAMPLED_ROWS = 10_000;

const FORMAT = 'millrace-dataset/1';

/** What is kept of a data set: it is read once, not at every window. */
interface DatasetProfile extends RowsProfile {
  readonly format: typeof FORMAT;
  readonly rows: number;
  /** Parquet: the model's inputs, the time and the target, of {@link SAMPLED_ROWS} rows at most. */
  readonly sample: ArtifactRef;
}

/**
 * A file as the reference. Its profile is kept as an artifact by the digest of its content: the window
 * before of the same version names it, and a file that was changed is profiled anew.
 *
 * @param path - from the directory of the pipeline, or absolute
 * @throws MillraceError `InvalidInput` when there is no such file, or it lacks an input of the model
 */
export async function datasetReference(
  deps: MeasureDeps,
  { model, window, signal }: Pick<MeasureRequest, 'model' | 'window' | 'signal'>,
  path: string,
  by: Omit<ProfiledBy, 'target' | 'answeredThem'>,
): Promise<WindowReference> {
  const file = resolve(by.version.baseDirectory, path);
  const sha256 = await digestOf(file, path);
  const before = await deps.registry.measurementBefore(model, by.version.version, window.start);
  const known = before?.reference?.sha256 === sha256 ? before.reference.profile : undefined;
  const ref = known ?? (await profileFile(deps, file, path, by, signal));
  const profile = await deps.artifacts.readJson<DatasetProfile>(ref);
  const used: ReferenceUsed = {
    kind: 'dataset',
    window: null,
    rows: profile.rows,
    sha256,
    profile: ref,
  };
  return {
    ...profile,
    used,
    id: ref.sha256,
    targetColumn: by.version.content.target,
    async rows() {
      const sample = await deps.artifacts.localPath(profile.sample);
      return new ReferenceRows([await fileRows(sample, signal)], by.spec.timeColumn);
    },
    close: async () => {},
  };
}

async function profileFile(
  deps: MeasureDeps,
  file: string,
  path: string,
  by: Omit<ProfiledBy, 'target' | 'answeredThem'>,
  signal: AbortSignal | undefined,
): Promise<ArtifactRef> {
  const rows = new ReferenceRows([await fileRows(file, signal)], by.spec.timeColumn);
  const inputs = by.own.features.map(({ name }) => name);
  const { target } = by.version.content;
  const kept = [...new Set([...inputs, rows.timeColumn, target])];
  const sampled = await rows.atMost(SAMPLED_ROWS).parts[0]?.read(kept);
  const present = new Set(sampled?.columns.map(({ name }) => name));
  const absent = inputs.filter((name) => !present.has(name));
  if (sampled === undefined || absent.length > 0) {
    throw new MillraceError(
      'InvalidInput',
      sampled === undefined
        ? `the reference ${path} has no rows`
        : `the reference ${path} lacks what the model takes: ${absent.slice(0, 10).join(', ')}`,
      'name a file with every input of the model under `monitor.reference`',
    );
  }
  const directory = await mkdtemp(join(tmpdir(), 'millrace-reference-'));
  try {
    const profile = await profileRows(rows, { ...by, target, answeredThem: false });
    const sampleFile = join(directory, 'sample.parquet');
    await writeParquet(sampled, sampleFile);
    const sample = await deps.artifacts.putFile(sampleFile, MEDIA_TYPE.parquet);
    const content: DatasetProfile = { format: FORMAT, rows: rows.rows, ...profile, sample };
    return await deps.artifacts.putJson(content, MEDIA_TYPE.profile);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function digestOf(file: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new MillraceError(
      'InvalidInput',
      `the reference ${path} cannot be read`,
      `monitor.reference names ${file}`,
      { cause },
    );
  }
  return hash.digest('hex');
}
