/** What a detector may be asked to do: the columns of Alibi Detect's table of drift detectors. */
export const DATA_USES = [
  'tabular',
  'image',
  'time-series',
  'text',
  'categorical-features',
  'online',
  'feature-level',
] as const;
export type DataUse = (typeof DATA_USES)[number];

/** Done by what is named, or refused for a reason. */
export type Coverage = { readonly by: string } | { readonly refused: string };

export interface DetectorCoverage {
  /** As it is called here. */
  readonly name: string;
  /** As Alibi Detect calls it. */
  readonly detector: string;
  readonly uses: { readonly [use in DataUse]: Coverage };
}

const by = (what: string): Coverage => ({ by: what });
const refused = (reason: string): Coverage => ({ refused: reason });

const ONE_DIMENSION =
  'it tests one column, and a dimension of an embedding means nothing by itself: compare the vectors whole by mmd, lsdd or domain-classifier';
const NUMBERS_ALONE = 'it orders numbers, which categories do not have: use chi-squared';
const LEARNS =
  'it learns from two whole samples; stream rows through online-mmd or online-lsdd, or compare windows';
const ONE_NUMBER =
  'it gives one number for all columns; spot-the-diff, domain-classifier and mixed-type-tabular name columns';
const SAMPLES =
  'it compares two whole samples; of streams, kswin tests a window of one column and online-mmd rows';

const VECTORS = {
  tabular: by('frame'),
  image: by('vectors'),
  'time-series': by('windowSeries'),
  text: by('vectors'),
  'categorical-features': by('one-hot columns of a frame'),
} as const;

const UNIVARIATE = {
  tabular: by('one column'),
  image: refused(ONE_DIMENSION),
  'time-series': refused(ONE_DIMENSION),
  text: refused(ONE_DIMENSION),
  'feature-level': by('one column'),
} as const;

const UNCERTAINTY = {
  ...VECTORS,
  image: by("vectors of the model's predictions"),
  'time-series': by("vectors of the model's predictions"),
  text: by("vectors of the model's predictions"),
  online: refused('it tests the uncertainty of a whole sample; give it number by number to kswin'),
  'feature-level': refused('it looks at predictions, not at features; spot-the-diff does'),
} as const;

/** Every cell of Alibi Detect's table: how it is done here, or why it is not. */
export const DETECTOR_COVERAGE: readonly DetectorCoverage[] = [
  {
    name: 'kolmogorov-smirnov',
    detector: 'Kolmogorov-Smirnov',
    uses: {
      ...UNIVARIATE,
      'categorical-features': refused(NUMBERS_ALONE),
      online: by('kswin'),
    },
  },
  {
    name: 'cramer-von-mises',
    detector: 'Cramér-von Mises',
    uses: {
      ...UNIVARIATE,
      'categorical-features': refused(NUMBERS_ALONE),
      online: refused(SAMPLES),
    },
  },
  {
    name: 'fisher-exact',
    detector: "Fisher's Exact Test",
    uses: {
      ...UNIVARIATE,
      'categorical-features': by('one column'),
      online: refused(
        'it compares two whole samples; ddm, hddm-a and hddm-w watch a stream of zeros and ones',
      ),
    },
  },
  {
    name: 'mmd',
    detector: 'Maximum Mean Discrepancy (MMD)',
    uses: { ...VECTORS, online: by('online-mmd'), 'feature-level': refused(ONE_NUMBER) },
  },
  {
    name: 'learned-kernel-mmd',
    detector: 'Learned Kernel MMD',
    uses: { ...VECTORS, online: refused(LEARNS), 'feature-level': refused(ONE_NUMBER) },
  },
  {
    name: 'context-aware-mmd',
    detector: 'Context-aware MMD',
    uses: everywhere(
      'it is not built: compare the rows of each context (a slice of a column) by mmd, with Bonferroni over the contexts',
    ),
  },
  {
    name: 'lsdd',
    detector: 'Least-Squares Density Difference',
    uses: { ...VECTORS, online: by('online-lsdd'), 'feature-level': refused(ONE_NUMBER) },
  },
  {
    name: 'chi-squared',
    detector: 'Chi-Squared',
    uses: {
      ...UNIVARIATE,
      tabular: by('one column'),
      'categorical-features': by('one column'),
      online: refused(SAMPLES),
    },
  },
  {
    name: 'mixed-type-tabular',
    detector: 'Mixed-type tabular data',
    uses: {
      tabular: by('frame'),
      image: refused(ONE_DIMENSION),
      'time-series': refused(ONE_DIMENSION),
      text: refused(ONE_DIMENSION),
      'categorical-features': by('frame'),
      online: refused(SAMPLES),
      'feature-level': by('testFeatures'),
    },
  },
  {
    name: 'domain-classifier',
    detector: 'Classifier',
    uses: {
      ...VECTORS,
      online: refused(LEARNS),
      'feature-level': by('contribution: of each feature'),
    },
  },
  {
    name: 'spot-the-diff',
    detector: 'Spot-the-diff',
    uses: {
      ...VECTORS,
      online: refused(LEARNS),
      'feature-level': by('contribution: of each feature'),
    },
  },
  { name: 'classifier-uncertainty', detector: 'Classifier Uncertainty', uses: UNCERTAINTY },
  { name: 'regressor-uncertainty', detector: 'Regressor Uncertainty', uses: UNCERTAINTY },
];

function everywhere(reason: string): DetectorCoverage['uses'] {
  const cell = refused(reason);
  return {
    tabular: cell,
    image: cell,
    'time-series': cell,
    text: cell,
    'categorical-features': cell,
    online: cell,
    'feature-level': cell,
  };
}

/**
 * By what a detector does this.
 *
 * @throws RangeError when there is no such detector (the message lists them), or it is refused: the
 * message names both and gives the reason
 * @example coverageOf('mmd', 'online'); // 'online-mmd'
 */
export function coverageOf(name: string, use: DataUse): string {
  const found = DETECTOR_COVERAGE.find((row) => row.name === name);
  if (found === undefined) {
    const names = DETECTOR_COVERAGE.map((row) => row.name).join(', ');
    throw new RangeError(`no detector is called '${name}'; there are ${names}`);
  }
  const cell = found.uses[use];
  if ('by' in cell) return cell.by;
  throw new RangeError(`${name} is not for ${use}: ${cell.refused}`);
}
