import type { ArtifactRef, CacheEntry, KeyParts, PlanStep } from '../../contracts/index.js';
import { explainMiss } from './explain-miss.js';

/** What a look-up asks for. */
export interface ResultPorts {
  lookup(key: string): Promise<CacheEntry | null>;
  /** What the newest result of this step in this pipeline rests on, to explain what changed since. */
  latest(stepId: string): Promise<KeyParts | null>;
  /**
   * What is wrong with an artifact, judged without reading it where nothing has touched it since.
   *
   * @param since - when the result was recorded, RFC 3339
   * @returns `null` where it is there and intact
   */
  artifactDefect(ref: ArtifactRef, since: string): Promise<string | null>;
}

export type FoundResult =
  | { readonly status: 'hit'; readonly reason: string; readonly entry: CacheEntry }
  | { readonly status: 'miss'; readonly reason: string };

/**
 * Looks for a step's result by its key. A result counts while it is young enough for the step, and
 * everything that it hands on is there and intact; else the step is done again, and the reason names
 * what is wrong or which input, parameter, file or version is another than last time.
 *
 * @param nowMs - wall clock
 */
export async function findResult(
  step: Pick<PlanStep, 'id' | 'cache'>,
  { key, parts }: { readonly key: string; readonly parts: KeyParts },
  ports: ResultPorts,
  nowMs: number = Date.now(),
): Promise<FoundResult> {
  if (step.cache === false) return { status: 'miss', reason: 'cache: false has it always done' };
  const entry = await ports.lookup(key);
  if (entry === null || entry.outcome.status !== 'completed') {
    const latest = await ports.latest(step.id);
    return { status: 'miss', reason: explainMiss(parts, latest) };
  }
  const ageMs = nowMs - Date.parse(entry.createdAt);
  if (step.cache?.ttlMs !== undefined && ageMs > step.cache.ttlMs) {
    return { status: 'miss', reason: `the result of run ${entry.runId} is older than its ttl` };
  }
  for (const [name, ref] of artifactsOf(entry)) {
    const defect = await ports.artifactDefect(ref, entry.createdAt);
    if (defect !== null) {
      return { status: 'miss', reason: `the artifact ${name} of run ${entry.runId} ${defect}` };
    }
  }
  return { status: 'hit', reason: `nothing changed since run ${entry.runId}`, entry };
}

/** By the name under which it is handed on; those of items are handed on together. */
function artifactsOf({ outcome }: CacheEntry): readonly (readonly [string, ArtifactRef])[] {
  return Object.entries(outcome.outputs.artifacts).flatMap(([name, given]) =>
    [given].flat().map((ref) => [name, ref] as const),
  );
}
