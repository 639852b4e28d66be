import { MillraceError, type RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';

/** Runs looked through for a prefix. */
const SEARCHED = 10_000;

/**
 * The run that a person means by an id or a beginning of one; `latest` is the newest that is no step
 * and no trial of another.
 *
 * @throws MillraceError `NotFound` when no run or more than one begins so
 */
export async function findRun(registry: RegistryReader, name: string): Promise<RunRecord> {
  const exact = await registry.run(name);
  if (exact !== null) return exact;
  if (name === 'latest') return newestRun(registry);
  const prefix = name.toLowerCase();
  const matches = (await registry.runs({ limit: SEARCHED })).filter(({ runId }) =>
    runId.startsWith(prefix),
  );
  const [match, second] = matches;
  if (match === undefined || prefix === '') throw noSuchRun(name);
  if (second === undefined) return match;
  const listed = matches.slice(0, 5).map(({ runId, pipeline }) => `${runId} (${pipeline})`);
  throw new MillraceError(
    'NotFound',
    `${matches.length} runs begin with ${name}: ${listed.join(', ')}`,
    `give more of the id: ${match.runId} names one`,
  );
}

async function newestRun(registry: RegistryReader): Promise<RunRecord> {
  for (const limit of [20, SEARCHED]) {
    const runs = await registry.runs({ limit });
    const own = runs.find(({ trigger }) => trigger.kind !== 'pipeline');
    if (own !== undefined) return own;
    if (runs.length < limit) break;
  }
  throw noSuchRun('latest');
}

export function noSuchRun(name: string): MillraceError {
  return new MillraceError(
    'NotFound',
    name === 'latest' ? 'there is no run yet' : `there is no run ${name}`,
    'millrace runs lists them; state is looked for in .millrace/ from this directory upward',
  );
}
