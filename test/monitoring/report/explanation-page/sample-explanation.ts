import type { Explanation } from '../../../../contracts/index.js';

export const HOSTILE = '</script><script>alert(1)</script>"&';

/** An explanation of three features over five rows, which add up. */
export function sampleExplanation(over: Partial<Explanation> = {}): Explanation {
  const attributions = [
    [3, -1, 0.5],
    [-2, 1, 0.25],
    [4, -2, 0],
    [-3, 2, -0.5],
    [1, -1, 1e-16],
  ];
  return {
    format: 'millrace-explanation/1',
    model: 'bikes',
    version: 3,
    method: 'shap',
    algorithm: 'exact',
    libraries: { shap: '0.51.0' },
    seed: 1,
    at: '2026-01-31T12:00:00.000Z',
    target: 'rentals',
    class: null,
    features: ['temperature', 'weather', 'hour'],
    importance: [2.6, 1.4, 0.25],
    baseValue: 10,
    background: { from: 'training data', rows: 100 },
    data: { from: 'hold-out', rows: 5 },
    rows: attributions.map((parts, row) => ({
      values: [row * 2.5, row % 2 === 0 ? 'clear' : null, row],
      score: parts.reduce((sum, part) => sum + part, 10),
      attributions: parts,
    })),
    curves: [],
    faithfulness: {
      removed: 1,
      rows: 5,
      change: 2.5,
      randomChange: 1.2,
      ratio: 2.0833,
      betterThanRandom: 0.8,
    },
    consistency: { parts: 4, rows: 5, cosine: 0.97, least: 0.9 },
    notes: [],
    ...over,
  };
}

export const CURVES: Explanation['curves'] = [
  {
    feature: 'temperature',
    values: [0, 10, 20],
    average: [1, 2, 4],
    individual: [
      [0, 1, 2],
      [2, 3, 6],
    ],
  },
  { feature: 'weather', values: ['', 'clear'], average: [1, 3] },
];
