import { basename, dirname, join, resolve } from 'node:path';
import { type BadRowAction, sourceIdentity, type VersionRecord } from '../../contracts/index.js';
import type { BatchResult } from '../../models/batch/batch-job.js';
import { loadForJob } from '../../models/batch/batch-model.js';
import type { JobFeatures } from '../../models/batch/features/job-features.js';
import { predictCompleted } from '../../models/batch/features/predict-completed.js';
import type { BatchLog } from '../../models/batch/log-predictions.js';
import { newRequestUuid } from '../../models/predictions/prediction-id.js';
import type { ModelDeps } from '../../models/sources/index.js';
import type { TableFormat } from '../../storage/tabular/table.js';
import type { Cli } from '../command.js';
import { formatNumber } from '../render/values.js';
import { requireOtherFile } from './other-file.js';
import { batchProgress } from './progress.js';

export interface BatchArguments {
  readonly input: string;
  readonly inputFormat: TableFormat | null;
  readonly output: string;
  readonly outputFormat: TableFormat;
  readonly columns: readonly string[] | null;
  readonly onBadRow: BadRowAction;
  /** `null`: in the output alone. */
  readonly log: BatchLog | null;
  /** What looks up the features that rows lack; `null`: the model has none. */
  readonly features: JobFeatures | null;
}

/** Predicts for a whole file, and says what came of it. */
export async function predictBatch(
  cli: Cli,
  deps: ModelDeps,
  record: VersionRecord,
  given: BatchArguments,
): Promise<void> {
  const { model, version, content } = record;
  const [input, output] = [resolve(cli.cwd, given.input), resolve(cli.cwd, given.output)];
  await requireOtherFile(input, output);
  const progress = batchProgress(cli.out);
  const interrupted = cli.catchInterrupts();
  const loaded = await loadForJob(deps, record);
  const startedMs = performance.now();
  try {
    const result = await predictCompleted(
      {
        input,
        ...(given.inputFormat !== null && { inputFormat: given.inputFormat }),
        output,
        outputFormat: given.outputFormat,
        model,
        version,
        graph: sourceIdentity(content),
        signature: content.signature,
        columns: given.columns,
        onBadRow: given.onBadRow,
        requestUuid: newRequestUuid(),
        // Beside the output: there is room, and a call that is repeated finds what the first left.
        workDir: join(dirname(output), `.${basename(output)}.predicting`),
      },
      loaded,
      given.features,
      {
        signal: interrupted,
        onProgress: ({ rows }) => progress.show(rows),
        ...(given.log !== null && { log: given.log }),
      },
    );
    progress.clear();
    const seconds = (performance.now() - startedMs) / 1_000;
    cli.out.result({ model, version, output, seconds, ...result }, () =>
      words(result, `${model}@${version}`, given.output, seconds),
    );
    sayBadRows(cli, result, given.onBadRow);
  } finally {
    progress.clear();
    await loaded.release();
  }
}

function words(result: BatchResult, name: string, output: string, seconds: number): string {
  const { written, rows, resumedRows } = result;
  const rate = Math.round((rows - resumedRows) / Math.max(seconds, 0.001));
  const resumed = resumedRows > 0 ? `, ${resumedRows} of them by an earlier attempt` : '';
  return `${output}: ${written} rows with predictions of ${name}${resumed} (${formatNumber(Math.round(seconds * 10) / 10)} s, ${rate} rows/s)`;
}

function sayBadRows(cli: Cli, result: BatchResult, action: BadRowAction): void {
  const { bad, examples, unanswered } = result;
  if (bad > 0) {
    const what = action === 'skip' ? 'were left out' : 'have no prediction';
    cli.out.note(`${bad} rows ${what}, the first of them:`);
    for (const { row, reason } of examples) cli.out.note(`  row ${row}: ${reason}`);
  }
  if (unanswered > 0) {
    cli.out.note(`for ${unanswered} rows the model gave no finite number: they have no prediction`);
  }
}
