import { join } from 'node:path';
import {
  type ExpectationInput,
  formatEventTime,
  type JsonValue,
  MEDIA_TYPE,
  MillraceError,
  parseEventTimeMs,
} from '../../contracts/index.js';
import { describeTable, refusePrepared, splitByTime } from '../../storage/tabular/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { readExpectation } from './expectation.js';
import { withScratchDirectory } from './scratch-directory.js';
import { optionalText, requiredArtifact } from './step-inputs.js';
import { checkExpectations, type ExpectationResult } from './validation-report.js';

const DEFAULT_HOLDOUT_SHARE = 0.2;

/**
 * Checks a table against expectations and splits off its latest rows: the artifacts `data`,
 * `holdout` and `report`, the values `rows` and `holdoutRows`.
 *
 * @throws MillraceError `ExpectationFailed` that lists every critical expectation which failed, with its
 * numbers; a failed `warning` is only logged
 */
export const validate: StepWork = async (context) => {
  const { deps, signal, logger, step } = context;
  const path = await deps.artifacts.localPath(requiredArtifact(context, 'data'));
  const holdout = readHoldout(context);
  refusePrepared(
    (await describeTable(path, { format: 'parquet', signal })).metadata,
    `step ${step.id}: with.data`,
    'validate and split first: what is fitted must not see the hold-out',
  );
  const report = await checkExpectations(path, readExpectations(context), signal);
  const reportRef = await deps.artifacts.putJson(report, MEDIA_TYPE.validation);
  for (const result of report.results) {
    const { severity } = result.expectation_config;
    if (!result.success && severity === 'critical') continue;
    if (result.note !== null) logger.warn({ severity }, describe(result));
  }
  if (!report.success) {
    const failed = report.results.filter(
      ({ success, expectation_config }) => !success && expectation_config.severity === 'critical',
    );
    throw new MillraceError(
      'ExpectationFailed',
      `step ${step.id}: ${failed.length} of ${report.results.length} expectations failed: ${failed.map(describe).join('; ')}`,
      `the whole report is ${reportRef.uri}`,
    );
  }
  return withScratchDirectory(context, async (directory) => {
    const trainDestination = join(directory, 'data.parquet');
    const holdoutDestination = join(directory, 'holdout.parquet');
    const time = optionalText(context, 'time');
    const split = await splitByTime({
      source: path,
      format: 'parquet',
      holdout,
      trainDestination,
      holdoutDestination,
      signal,
      ...(time !== undefined && { time }),
    });
    const values: Record<string, JsonValue> = {
      rows: split.trainRows,
      holdoutRows: split.holdoutRows,
    };
    if (split.boundaryMs !== null) values['holdoutFrom'] = formatEventTime(split.boundaryMs);
    else logger.warn('the table has no time column: its last rows in file order are held out');
    return {
      outputs: {
        values,
        artifacts: {
          data: await deps.artifacts.putFile(trainDestination, MEDIA_TYPE.parquet),
          holdout: await deps.artifacts.putFile(holdoutDestination, MEDIA_TYPE.parquet),
          report: reportRef,
        },
        metrics: {},
      },
    };
  });
};

function describe({ expectation_config: { type, kwargs }, note }: ExpectationResult): string {
  return `${type}${kwargs.column === undefined ? '' : ` (${kwargs.column})`}: ${note}`;
}

function readExpectations({ inputs, step }: StepWorkContext) {
  const list = inputs['expect'] ?? [];
  if (!Array.isArray(list)) {
    throw new MillraceError(
      'InvalidInput',
      `step ${step.id}: with.expect is not a list`,
      'write one `- {expect_…: {column: …}}` a line',
    );
  }
  // Checked against the language when the file was compiled.
  return list.map((item) => readExpectation(item as unknown as ExpectationInput));
}

function readHoldout({ inputs, step }: StepWorkContext): { share: number } | { fromMs: number } {
  const holdout = (inputs['holdout'] ?? {}) as { readonly [key: string]: JsonValue };
  const { share, from } = holdout;
  const refuse = (what: string, hint: string) =>
    new MillraceError('InvalidInput', `step ${step.id}: with.holdout ${what}`, hint);
  if (share !== undefined && from !== undefined) {
    throw refuse('has both share and from', 'give one of them');
  }
  if (from !== undefined) {
    const fromMs = typeof from === 'string' ? parseEventTimeMs(from) : null;
    if (fromMs !== null) return { fromMs };
    throw refuse(`from ${JSON.stringify(from)} is not a time`, 'write a date such as 2011-06-01');
  }
  if (share === undefined) return { share: DEFAULT_HOLDOUT_SHARE };
  if (typeof share === 'number' && share > 0 && share < 1) return { share };
  throw refuse(`share ${JSON.stringify(share)} is not between 0 and 1`, 'for example 0.2');
}
