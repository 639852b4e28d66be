import { resolve } from 'node:path';
import type { JsonObject, PipelinePlan } from '../../contracts/index.js';
import { resolveTemplate } from '../../pipelines/expressions/index.js';
import { openTable } from '../../storage/tabular/index.js';

/** How many rows of a source a trial reads. */
export interface SampledSource {
  readonly step: string;
  readonly source: string;
  readonly rows: number;
  /** One in so many is read. */
  readonly oneIn: number;
  /** The row filter that chooses them: by content, so the same ones each time. */
  readonly filter: string;
}

/**
 * Which sources hold more rows than a trial reads. A source whose path only an earlier step knows is
 * read whole.
 *
 * @param rows - about so many are read of each
 */
export async function sampleSources(
  plan: PipelinePlan,
  params: JsonObject,
  baseDirectory: string,
  rows: number,
  signal: AbortSignal,
): Promise<readonly SampledSource[]> {
  const sampled: SampledSource[] = [];
  for (const { id, kind, with: inputs } of plan.steps) {
    if (kind !== 'ingest') continue;
    const source = pathOf(inputs['source'], params);
    if (source === null) continue;
    // What cannot be read is told by the step itself.
    const [count, columns] = await openTable(
      resolve(baseDirectory, source),
      { signal },
      async (table) => [await table.countRows(), table.columns.map(({ name }) => name)] as const,
    ).catch(() => [0, []] as const);
    const oneIn = Math.floor(count / rows);
    if (oneIn <= 1) continue;
    const quoted = columns.map((name) => `"${name.replaceAll('"', '""')}"`);
    const filter = `hash(${quoted.join(', ')}) % ${oneIn} = 0`;
    sampled.push({ step: id, source, rows: count, oneIn, filter });
  }
  return sampled;
}

function pathOf(
  template: PipelinePlan['steps'][number]['with'][string] | undefined,
  params: JsonObject,
): string | null {
  if (template === undefined) return null;
  try {
    const path = resolveTemplate(template, { params });
    return typeof path === 'string' ? path : null;
  } catch {
    return null;
  }
}
