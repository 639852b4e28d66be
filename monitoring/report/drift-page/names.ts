import type { DriftColumnKind, DriftVerdict } from '../../../contracts/index.js';

/** Names that differ from their key by more than hyphens. */
const NAMES: { readonly [key: string]: string } = {
  'kolmogorov-smirnov': 'Kolmogorov–Smirnov',
  'chi-squared': 'Chi-squared',
  'g-test': 'G-test',
  'fisher-exact': 'Fisher exact',
  'cramer-von-mises': 'Cramér–von Mises',
  'anderson-darling': 'Anderson–Darling',
  'mann-whitney': 'Mann–Whitney',
  'z-test': 'z-test of proportions',
  z: 'z-test of proportions',
  't-test': 't-test',
  'jensen-shannon': 'Jensen–Shannon distance',
  'kullback-leibler': 'Kullback–Leibler divergence',
  hellinger: 'Hellinger distance',
  'total-variation': 'Total variation',
  'l-infinity': 'L∞ distance',
  wasserstein: 'Wasserstein distance',
  'normalised-wasserstein': 'Wasserstein distance ÷ σ',
  'normalised-energy-distance': 'Energy distance, normalised',
  'cohens-d': 'Cohen’s d',
  'rank-biserial': 'Rank-biserial correlation',
  mmd: 'Maximum mean discrepancy',
  lsdd: 'Least-squares density difference',
  'learned-kernel-mmd': 'Learned-kernel MMD',
  'domain-classifier': 'Domain classifier',
  'pca-reconstruction': 'PCA reconstruction',
  'spot-the-diff': 'Spot-the-diff',
  'benjamini-hochberg': 'Benjamini–Hochberg',
  auc: 'AUC',
};

/** A key of a registry as people write it: what is not known is told by its own words. */
export function nameOf(key: string): string {
  if (Object.hasOwn(NAMES, key)) return NAMES[key] ?? key;
  const words = key.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A verdict in words, with a mark of its own shape: never by colour alone. */
export const VERDICTS: {
  readonly [verdict in DriftVerdict]: { readonly mark: string; readonly text: string };
} = {
  drift: { mark: '▲', text: 'drift' },
  'no-drift': { mark: '✓', text: 'no drift' },
  insufficient: { mark: '?', text: 'insufficient' },
};

export const KINDS: { readonly [kind in DriftColumnKind]: string } = {
  numeric: 'number',
  categorical: 'category',
  boolean: 'yes or no',
  date: 'date',
  text: 'text',
  vector: 'vector',
};
