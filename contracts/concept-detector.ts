/** Detectors that a monitor can watch a model's errors with, by the names of `millrace detect`. */
export const CONCEPT_DETECTORS = [
  'adwin',
  'ddm',
  'eddm',
  'hddm-a',
  'hddm-w',
  'page-hinkley',
  'kswin',
  'cusum',
] as const;
export type ConceptDetector = (typeof CONCEPT_DETECTORS)[number];

/** A detector with the options that differ from its defaults. */
export interface ConceptDriftSpec {
  readonly detector: ConceptDetector;
  readonly options: { readonly [option: string]: number | boolean | string | null };
}
