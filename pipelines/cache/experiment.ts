import type {
  DataVersion,
  Experiment,
  Metrics,
  RunRecord,
  StepRecord,
} from '../../contracts/index.js';

/** What training takes where the file says none. */
const DEFAULT_SEED = 42;
/** A file that a command names is data, not code. */
const TABLE = /\.(parquet|csv|tsv|ndjson|jsonl|feather|arrow)$/i;

/**
 * What a run was made of and what it measured, by the records of its steps: the parts of their cache
 * keys say what each result rests on.
 */
export function experimentOf(run: RunRecord, steps: readonly StepRecord[]): Experiment {
  const stepMetrics: Record<string, Metrics> = {};
  const metrics: Record<string, number> = {};
  for (const { stepId, outcome } of steps) {
    const told = outcome?.outputs.metrics ?? {};
    if (Object.keys(told).length === 0) continue;
    stepMetrics[stepId] = told;
    Object.assign(metrics, told);
  }
  return {
    runId: run.runId,
    pipeline: run.pipeline,
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    planHash: run.planHash,
    params: run.params,
    metrics,
    stepMetrics,
    data: dataVersions(steps),
    code: run.code ?? null,
    codeFiles: partsOf(steps, ['code:'], (name) => !TABLE.test(name)),
    environment: partsOf(steps, ['environment.', 'lock:', 'env.']),
    seeds: seedsOf(steps),
  };
}

/** The files that a run read from outside, with the rows that were counted in them. */
export function dataVersions(steps: readonly StepRecord[]): readonly DataVersion[] {
  return steps.flatMap(({ stepId, kind, parts = {}, outcome }) =>
    Object.entries(parts).flatMap(([part, sha256]) => {
      const name = dataName(part);
      if (name === null || !/^[0-9a-f]{64}$/.test(sha256)) return [];
      const { sourceRows, rows } = outcome?.outputs.values ?? {};
      const counted = kind === 'ingest' ? (sourceRows ?? rows) : null;
      return [{ step: stepId, name, sha256, rows: typeof counted === 'number' ? counted : null }];
    }),
  );
}

function dataName(part: string): string | null {
  if (part.startsWith('file:')) return part.slice('file:'.length);
  const path = part.startsWith('code:') ? part.slice('code:'.length) : '';
  return TABLE.test(path) ? path : null;
}

function partsOf(
  steps: readonly StepRecord[],
  prefixes: readonly string[],
  counts: (name: string) => boolean = () => true,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { parts = {} } of steps) {
    for (const [part, value] of Object.entries(parts)) {
      const prefix = prefixes.find((start) => part.startsWith(start));
      const name = prefix === undefined ? '' : part.slice(prefix.length);
      if (name !== '' && counts(name)) found[name] = value;
    }
  }
  return found;
}

function seedsOf(steps: readonly StepRecord[]): Record<string, number> {
  return Object.fromEntries(
    steps.flatMap(({ stepId, kind, parts }) => {
      const given = parts?.['with.seed'];
      if (given !== undefined && Number.isFinite(Number(given))) return [[stepId, Number(given)]];
      return kind === 'train' && parts !== undefined ? [[stepId, DEFAULT_SEED]] : [];
    }),
  );
}
