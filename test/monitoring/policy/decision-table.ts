import {
  type MonitorSpec,
  VERDICT_KINDS,
  type Verdict,
  type VerdictKind,
  type WindowMeasurement,
} from '../../../contracts/index.js';
import { diagnose, findings } from '../../../monitoring/policy/index.js';
import {
  A_FEW,
  SPEC as BASE,
  BETTER_BEFORE,
  BROKEN,
  ERRORS_ROSE,
  ESTIMATED_LOSS,
  LABELS_MOVED,
  LOST,
  MOVED,
  measured,
  NOTHING_CAME,
  PREDICTIONS_MOVED,
  SERVICE_FAILS,
  SKEWED,
  STILL,
  UNFAIR,
} from './measured.js';
import {
  allChoices,
  type Choice,
  markdownTable,
  mergedRows,
  type Row,
  type Sign,
  shownBy,
} from './merged-table.js';

/** With a condition of the team's own, so that all kinds can come about. */
export const SPEC: MonitorSpec = {
  ...BASE,
  respond: {
    ...BASE.respond,
    conditions: [{ name: 'revenue', when: 'business.revenue.mean < 10', action: 'alert' }],
  },
};

const after = { windowsSinceDeploy: 1, previous: BETTER_BEFORE };

/** In the order in which the policy looks at them. Every window is one way of each. */
export const SIGNS: readonly Sign<Partial<WindowMeasurement>>[] = [
  {
    title: 'rows',
    ways: [
      ['whole', {}],
      ['broken', { quality: BROKEN }],
      ['few', { rows: 1 }],
      ['few, more were due', NOTHING_CAME],
    ],
  },
  {
    title: 'version before',
    ways: [
      ['no better', {}],
      ['better, inputs as before', { ...after, inputsSinceDeploy: STILL }],
      ['better, inputs moved or not known', { ...after, inputsSinceDeploy: MOVED }],
    ],
  },
  {
    title: 'predictions',
    ways: [
      ['as before', {}],
      ['moved', { predictionDrift: PREDICTIONS_MOVED }],
    ],
  },
  {
    title: 'service',
    ways: [
      ['well', {}],
      ['degraded', { service: SERVICE_FAILS }],
      ['features unlike their source', { featureSkew: SKEWED }],
    ],
  },
  {
    title: 'inputs',
    ways: [
      ['as before', {}],
      ['a few moved', { featureDrift: A_FEW }],
      ['moved', { featureDrift: MOVED }],
    ],
  },
  {
    title: 'loss',
    ways: [
      ['none', {}],
      ['past its limit', { performance: LOST }],
      ['errors rose', { concept: ERRORS_ROSE }],
    ],
  },
  {
    title: 'labels',
    ways: [
      ['as before', {}],
      ['moved', { labelDrift: LABELS_MOVED }],
      ['moved, answers too', { labelDrift: { ...LABELS_MOVED, answersPerLabel: 'moved' } }],
    ],
  },
  {
    title: 'groups',
    ways: [
      ['alike', {}],
      ['unlike', { fairness: [UNFAIR] }],
    ],
  },
  {
    title: 'estimate',
    ways: [
      ['no loss', {}],
      ['a loss', { estimate: ESTIMATED_LOSS }],
    ],
  },
  {
    title: 'outliers',
    ways: [
      ['few', {}],
      [
        'many',
        { outliers: { method: 'bounds', rows: 40, share: 0.24, limit: 0.05, verdict: 'high' } },
      ],
    ],
  },
  {
    title: 'condition',
    ways: [
      ['false', {}],
      ['true', { business: { revenue: { count: 1, sum: 1, mean: 1, replaced: 0 } } }],
    ],
  },
];

export function windowOf(choice: Choice): WindowMeasurement {
  return measured(Object.assign({}, ...shownBy(SIGNS, choice)));
}

export function kindsMatched(choice: Choice): readonly VerdictKind[] {
  return findings(windowOf(choice), SPEC).map(({ kind }) => kind);
}

export interface DecidedWindow {
  readonly choice: Choice;
  readonly verdict: Verdict;
}

/** Every window with its verdict; there are tens of thousands. */
export function decideAll(): readonly DecidedWindow[] {
  return allChoices(SIGNS).map((choice) => ({
    choice,
    verdict: diagnose(windowOf(choice), [], SPEC),
  }));
}

/** The whole policy as lines, by verdict: the order of the kinds, `ok` last. */
export function decisionRows(decided: readonly DecidedWindow[]): readonly Row[] {
  const kinds = new Map(decided.map(({ choice, verdict }) => [choice.join(), verdict.kind]));
  const order = (verdict: string): number => {
    const at = VERDICT_KINDS.findIndex((kind) => `\`${kind}\`` === verdict);
    return verdict === '`ok`' ? VERDICT_KINDS.length : at;
  };
  return [...mergedRows(SIGNS, (choice) => `\`${kinds.get(choice.join())}\``)].sort(
    (a, b) => order(a.outcome) - order(b.outcome),
  );
}

export function decisionTable(rows: readonly Row[]): string {
  return markdownTable(SIGNS, rows, 'verdict');
}
