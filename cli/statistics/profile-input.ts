import { MillraceError } from '../../contracts/index.js';
import { profileFile } from '../../monitoring/datasets/profile-file.js';
import { isProfileFile, readProfileFile } from '../../monitoring/datasets/profile-store.js';
import { type DataProfile, mergeProfiles } from '../../monitoring/drift/profiles/index.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { Cli } from '../command.js';
import { formatShare } from '../render/values.js';
import { readVersion } from '../version.js';

export interface ProfileRequest {
  /** Files of data or stored profiles; several become one profile. */
  readonly paths: readonly string[];
  readonly columns?: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * The profile of a file, a stored one read back, or several merged. Progress goes to stderr where
 * that is a terminal.
 *
 * @throws MillraceError `InvalidInput` when a file cannot be read, or two do not have the same columns
 */
export async function profileOfInputs(cli: Cli, request: ProfileRequest): Promise<DataProfile> {
  const profiles: DataProfile[] = [];
  for (const path of request.paths) {
    profiles.push(
      (await isProfileFile(path))
        ? pickColumns(await readProfileFile(path), path, request.columns)
        : await profileOfFile(cli, path, request),
    );
  }
  try {
    return mergeProfiles(profiles);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MillraceError(
      'InvalidInput',
      `${request.paths.join(', ')} cannot become one profile: ${error.message}`,
      '--columns names columns that all of them have',
    );
  }
}

async function profileOfFile(
  cli: Cli,
  path: string,
  request: ProfileRequest,
): Promise<DataProfile> {
  const { columns, signal } = request;
  let drawn = false;
  const onProgress = (rows: number, of: number): void => {
    drawn = true;
    cli.out.draw(`\r${rows.toLocaleString('en')} rows read, ${formatShare(rows / of)} \u001b[K`);
  };
  try {
    const { profile, leftOut } = await profileFile(path, {
      madeBy: readVersion(),
      signal,
      ...(columns !== undefined && { columns }),
      ...(cli.out.live && { onProgress }),
    });
    if (drawn) cli.out.draw('\r\u001b[K');
    if (leftOut.length > 0) {
      cli.out.noteProse(`left out: ${leftOut.join(', ')} (vectors have no profile)`);
    }
    return profile;
  } catch (error) {
    if (drawn) cli.out.draw('\r\u001b[K');
    throw error;
  }
}

function pickColumns(
  profile: DataProfile,
  path: string,
  names: readonly string[] | undefined,
): DataProfile {
  if (names === undefined) return profile;
  const known = profile.columns.map(({ name }) => name);
  const columns = names.map((name) => {
    const column = profile.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    throw new MillraceError(
      'InvalidInput',
      `${path} has no column "${name}"`,
      suggestion(name, known),
    );
  });
  return { ...profile, columns };
}
