/** The release of the Temporal CLI that set-up brings; its development server is what we run. */
export const TEMPORAL_CLI_VERSION = '1.5.1';
/** The server inside that release. */
export const TEMPORAL_SERVER_VERSION = '1.29.1';
/** The oldest server that a `temporal` on `PATH` may have: the one that millrace is tested with. */
export const MINIMUM_SERVER_VERSION = '1.29.0';

/**
 * Archives of the release with the digests that its publisher lists, by Node's name of the platform.
 *
 * @type {Readonly<Record<string, {archive: string, sha256: string}>>}
 */
const ARCHIVES = {
  'linux-x64': {
    archive: 'linux_amd64',
    sha256: 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  },
  'linux-arm64': {
    archive: 'linux_arm64',
    sha256: 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  },
  'darwin-x64': {
    archive: 'darwin_amd64',
    sha256: 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  },
  'darwin-arm64': {
    archive: 'darwin_arm64',
    sha256: 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
  },
};

/**
 * @typedef {object} TemporalArchive
 * @property {string} url
 * @property {string} sha256 - hex
 */

/**
 * @param {string} platform - as `process.platform`
 * @param {string} arch - as `process.arch`
 * @returns {TemporalArchive | null} `null` where the publisher has none for this machine
 */
export function temporalArchive(platform, arch) {
  const found = ARCHIVES[`${platform}-${arch}`];
  if (found === undefined) return null;
  const file = `temporal_cli_${TEMPORAL_CLI_VERSION}_${found.archive}.tar.gz`;
  return {
    url: `https://github.com/temporalio/cli/releases/download/v${TEMPORAL_CLI_VERSION}/${file}`,
    sha256: found.sha256,
  };
}

/**
 * Reads the server's version from what `temporal --version` prints. The CLI's own number says
 * nothing where it was built from source.
 *
 * @param {string} text - `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`
 * @returns {string | null}
 */
export function serverVersionOf(text) {
  return /\bServer (\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null;
}

/**
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
