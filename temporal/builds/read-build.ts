import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BUILD_GLOBAL } from '../../contracts/index.js';

/** What a worker tells the server of its workflows, and their code. */
export interface WorkflowBuild {
  /** The digest of the code, which is the same wherever the same sources are built. */
  readonly buildId: string;
  /** The bundle, which knows by {@link BUILD_GLOBAL} that it is of a build. */
  readonly code: string;
}

/** So much of a SHA-256 tells builds apart and can still be read by a person. */
const DIGITS = 12;
/** What follows names the directory of the build. */
const SOURCE_MAP = '\n//# sourceMappingURL=';

/**
 * @param bundleFile - the workflow bundle of a build
 * @example (await readBuild('dist/workflows.bundle.js')).buildId; // '3f9c01b7a2de'
 */
export async function readBuild(bundleFile: string): Promise<WorkflowBuild> {
  const text = await readFile(bundleFile, 'utf8');
  const mapAt = text.lastIndexOf(SOURCE_MAP);
  const code = mapAt === -1 ? text : text.slice(0, mapAt);
  const buildId = createHash('sha256').update(code).digest('hex').slice(0, DIGITS);
  // On the first line, so that the lines of the source map are those of the code.
  return { buildId, code: `var ${BUILD_GLOBAL} = '${buildId}'; ${text}` };
}
