import { resolve } from 'node:path';
import {
  type DriftCorrection,
  type DriftReport,
  isArtifactRef,
  MEDIA_TYPE,
  MillraceError,
} from '../../contracts/index.js';
import { type CompareFilesOptions, compareFiles } from '../../monitoring/datasets/compare-files.js';
import { driftPage } from '../../monitoring/report/drift-page/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import {
  optionalNumber,
  optionalText,
  optionalTexts,
  requiredArtifact,
  requiredText,
} from './step-inputs.js';

/** Columns that a failure names. */
const NAMED_COLUMNS = 5;

const CORRECTIONS: readonly DriftCorrection[] = ['bh', 'bonferroni', 'none'];

/**
 * Compares a table with a reference: the artifacts `report` and `page`, the values `verdict`, `share`,
 * `drifted` and `columns`.
 *
 * @throws MillraceError `ExpectationFailed` that names the drifted columns, where `failOn: drift` asks
 * for it; `InvalidInput` on data that cannot be compared or an option that is out of range
 */
export const drift: StepWork = async (context) => {
  const { deps, signal, logger, step } = context;
  const current = requiredArtifact(context, 'current');
  const reference = await readReference(context);
  const options: CompareFilesOptions = {
    ...readOptions(context),
    sources: { reference: reference.name, current: artifactName(current.sha256) },
    withPictures: true,
    signal,
  };
  const currentPath = await deps.artifacts.localPath(current);
  const { report, pictures } = await compareFiles(reference.path, currentPath, options).catch(
    (error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      throw new MillraceError('InvalidInput', `step ${step.id}: ${error.message}`);
    },
  );
  const page = driftPage(report, pictures, {
    title: `${context.task.run.pipeline}, step ${step.id}`,
    generatedAt: new Date().toISOString(),
  });
  const artifacts = {
    report: await deps.artifacts.putJson(report, MEDIA_TYPE.drift),
    page: await deps.artifacts.putBytes(Buffer.from(page), MEDIA_TYPE.html),
  };
  const { verdict, share, drifted, columns } = report.dataset;
  logger.info({ verdict, drifted, columns }, 'compared');
  if (verdict === 'drift' && readFailOn(context)) {
    throw new MillraceError(
      'ExpectationFailed',
      `step ${step.id}: ${drifted} of ${columns} columns drifted: ${driftedNames(report)}`,
      `the report is ${artifacts.report.uri}, its page ${artifacts.page.uri}`,
    );
  }
  return { outputs: { values: { verdict, share, drifted, columns }, artifacts, metrics: {} } };
};

async function readReference(context: StepWorkContext) {
  const { deps, task, inputs } = context;
  const value: unknown = inputs['reference'];
  if (isArtifactRef(value)) {
    return { path: await deps.artifacts.localPath(value), name: artifactName(value.sha256) };
  }
  const name = requiredText(context, 'reference');
  return { path: resolve(task.run.baseDirectory, name), name };
}

function artifactName(sha256: string): string {
  return `artifact ${sha256.slice(0, 12)}`;
}

function readOptions(context: StepWorkContext): CompareFilesOptions {
  const columns = optionalTexts(context, 'columns');
  const test = optionalText(context, 'test');
  const alpha = optionalNumber(context, 'alpha');
  const correction = readCorrection(context);
  const share = optionalNumber(context, 'share');
  const minimumEffect = optionalNumber(context, 'minEffect');
  return {
    ...(columns !== undefined && { columns }),
    ...(test !== undefined && { test }),
    ...(alpha !== undefined && { alpha }),
    ...(correction !== undefined && { correction }),
    ...(share !== undefined && { share }),
    ...(minimumEffect !== undefined && { minimumEffect }),
  };
}

function readCorrection(context: StepWorkContext): DriftCorrection | undefined {
  const text = optionalText(context, 'correction');
  const correction = CORRECTIONS.find((known) => known === text);
  if (text === undefined || correction !== undefined) return correction;
  throw new MillraceError(
    'InvalidInput',
    `step ${context.step.id}: with.correction ${text} is not a correction`,
    `there are: ${CORRECTIONS.join(', ')}`,
  );
}

function readFailOn(context: StepWorkContext): boolean {
  const text = optionalText(context, 'failOn');
  if (text === undefined || text === 'drift') return text === 'drift';
  throw new MillraceError(
    'InvalidInput',
    `step ${context.step.id}: with.failOn is ${JSON.stringify(text)}`,
    'the one verdict that a step can fail on is drift',
  );
}

function driftedNames({ columns }: DriftReport): string {
  const names = columns.filter(({ verdict }) => verdict === 'drift').map(({ name }) => name);
  const rest = names.length - NAMED_COLUMNS;
  const shown = names.slice(0, NAMED_COLUMNS).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
