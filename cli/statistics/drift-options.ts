import { InvalidArgumentError } from 'commander';
import type { DriftCorrection } from '../../contracts/index.js';
import type { CompareFilesOptions } from '../../monitoring/datasets/compare-files.js';
import {
  findMeasure,
  lookUpMeasure,
  MEASURE_ALIASES,
  MEASURES,
  MULTIVARIATE_METHODS,
  OUTLIER_METHODS,
  whyNotMultivariate,
} from '../../monitoring/drift/index.js';
import { nearest, suggestion } from '../../pipelines/nearest.js';
import { UsageError } from '../errors.js';

/** What `millrace drift` is asked for. */
export interface DriftOptions {
  readonly columns?: readonly string[];
  readonly test?: string;
  readonly alpha?: number;
  readonly correction?: DriftCorrection;
  readonly minEffect?: number;
  readonly minRows?: number;
  readonly share?: number;
  readonly seed?: number;
  readonly time?: string;
  readonly multivariate?: readonly string[];
  readonly embedding?: string;
  readonly target?: string;
  readonly outliers?: string;
  readonly html?: string;
  readonly failOn?: 'drift';
}

/** Reads an option that lists methods: `mmd,lsdd`. */
export function readNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('it must list names of methods: a,b');
  return [...new Set(names)];
}

/** Reads `--alpha`: between 0 and 1, neither of them. */
export function readAlpha(text: string): number {
  const value = readNumber(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('it must be between 0 and 1');
  return value;
}

/** Reads `--share`: 0 or more and below 1. */
export function readShare(text: string): number {
  const value = readNumber(text);
  if (!(value >= 0 && value < 1)) {
    throw new InvalidArgumentError('it must be at least 0 and below 1');
  }
  return value;
}

/** Reads `--min-effect`: 0 or more. */
export function readEffect(text: string): number {
  const value = readNumber(text);
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError('it must be a number from 0');
  }
  return value;
}

/** Reads `--min-rows`: a whole number from 2. */
export function readMinRows(text: string): number {
  const value = readNumber(text);
  if (!Number.isSafeInteger(value) || value < 2) {
    throw new InvalidArgumentError('it must be a whole number from 2');
  }
  return value;
}

/** Reads `--seed`: a whole number. */
export function readSeed(text: string): number {
  const value = readNumber(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('it must be a whole number');
  return value;
}

function readNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** @throws UsageError where an option names what there is not, with the nearest name that there is */
export function checkDriftOptions(options: DriftOptions): void {
  if (options.test !== undefined && lookUpMeasure(options.test) === undefined) {
    const names = MEASURES.map(({ name }) => name);
    const near = nearest(options.test, [...names, ...Object.keys(MEASURE_ALIASES)]);
    throw new UsageError(
      `there is no test or distance called ${options.test}`,
      near === null ? suggestion(options.test, names) : `did you mean ${findMeasure(near).name}?`,
    );
  }
  checkOutliers(options.outliers);
  const methods = MULTIVARIATE_METHODS.map(({ name }) => name);
  for (const name of options.multivariate ?? []) {
    const reason = whyNotMultivariate(name);
    if (reason !== null) throw new UsageError(reason, `the methods are ${methods.join(', ')}`);
    refuseUnknown('multivariate method', name, methods);
    const method = MULTIVARIATE_METHODS.find((candidate) => candidate.name === name);
    if (
      method?.runsIn === 'python' &&
      method.needsTarget &&
      options.target === undefined &&
      options.embedding === undefined
    ) {
      throw new UsageError(
        `${name} learns to predict a column of the reference`,
        'name it with --target COLUMN',
      );
    }
  }
}

/** @throws UsageError as {@link checkDriftOptions} */
function checkOutliers(name: string | undefined): void {
  const names = OUTLIER_METHODS.map((method) => method.name);
  if (name !== undefined) refuseUnknown('outlier method', name, names);
}

function refuseUnknown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new UsageError(`there is no ${what} called ${name}`, suggestion(name, known));
}

/** The options as the comparison takes them. */
export function compareOptions(options: DriftOptions): CompareFilesOptions {
  const { columns, test, alpha, correction, minEffect, minRows, share, seed, time } = options;
  const { multivariate, embedding, target, outliers } = options;
  return {
    ...(columns && { columns }),
    ...(test !== undefined && { test: findMeasure(test).name }),
    ...(alpha !== undefined && { alpha }),
    ...(correction !== undefined && { correction }),
    ...(minEffect !== undefined && { minimumEffect: minEffect }),
    ...(minRows !== undefined && { minRows }),
    ...(share !== undefined && { share }),
    ...(seed !== undefined && { seed }),
    ...(time !== undefined && { time }),
    ...(multivariate && { multivariate }),
    ...(embedding !== undefined && { embedding }),
    ...(target !== undefined && { target }),
    ...(outliers !== undefined && { outliers }),
  };
}
