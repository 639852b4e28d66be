import type { MultivariateDrift } from '../../../contracts/drift-report.js';
import type { MultivariateData, MultivariateDataKind } from './method-data.js';
import type { MultivariateOptions } from './options.js';

/** A way of comparing all columns together: what the registry knows about it. */
export type MultivariateMethod = NativeMethod | PythonMethod;

interface DescribedMethod {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly takes: readonly MultivariateDataKind[];
}

/** Computed here. */
export interface NativeMethod extends DescribedMethod {
  readonly runsIn: 'typescript';
  readonly compare: (
    reference: MultivariateData,
    current: MultivariateData,
    options?: MultivariateOptions,
  ) => MultivariateDrift;
}

/** Trains something: computed by `python/drift.py`. */
export interface PythonMethod extends DescribedMethod {
  readonly runsIn: 'python';
  /** Whether it trains a model of a column, `target`, on the reference. */
  readonly needsTarget: boolean;
  /** Where vectors are a deployed model's own predictions, nothing is left to train. */
  readonly compareVectors?: NativeMethod['compare'];
}
