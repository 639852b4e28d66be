import type { MonitorSpec, VerdictKind, WindowMeasurement } from '../../../contracts/index.js';
import { diagnose, findings } from '../../../monitoring/policy/index.js';
import {
  A_FEW,
  BETTER_BEFORE,
  BROKEN,
  ERRORS_ROSE,
  LABELS_MOVED,
  LOST,
  MOVED,
  measured,
  PREDICTIONS_MOVED,
  SPEC,
  STILL,
} from './measured.js';

/** One thing that a window can show, and each way in which it can show it. */
interface Sign {
  readonly title: string;
  readonly ways: readonly (readonly [text: string, shown: Partial<WindowMeasurement>])[];
}

const after = { windowsSinceDeploy: 1, previous: BETTER_BEFORE };

/** In the order in which the policy looks at them. Every window is one way of each. */
export const SIGNS: readonly Sign[] = [
  {
    title: 'rows',
    ways: [
      ['whole', {}],
      ['broken', { quality: BROKEN }],
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
      ['both', { performance: LOST, concept: ERRORS_ROSE }],
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
];

/** A way of each of the first signs: all of them, and it is a window. */
type Choice = readonly number[];

export function windowOf(choice: Choice): WindowMeasurement {
  const shown = choice.map((way, sign) => SIGNS[sign]?.ways[way]?.[1] ?? {});
  return measured(Object.assign({}, ...shown));
}

/** Every window that there can be. */
export function allChoices(): readonly Choice[] {
  return SIGNS.reduce<readonly Choice[]>(
    (choices, { ways }) => choices.flatMap((choice) => ways.map((_, way) => [...choice, way])),
    [[]],
  );
}

/** One line of the table: for each sign the ways that it covers, and what is decided. */
export interface Row {
  readonly ways: readonly (readonly number[])[];
  readonly verdict: VerdictKind;
}

export function decide(choice: Choice, spec: MonitorSpec = SPEC): VerdictKind {
  return diagnose(windowOf(choice), [], spec).kind;
}

export function kindsMatched(choice: Choice): readonly VerdictKind[] {
  return findings(windowOf(choice), SPEC).map(({ kind }) => kind);
}

export function covers({ ways }: Row, choice: Choice): boolean {
  return choice.every((way, sign) => ways[sign]?.includes(way));
}

/** The whole policy as lines: two that differ in the ways of one sign alone become one. */
export function decisionRows(): readonly Row[] {
  const rows: Row[] = allChoices().map((choice) => ({
    ways: choice.map((way) => [way]),
    verdict: decide(choice),
  }));
  // The last signs first: what the policy looks at early stays apart longest.
  for (let merged = true; merged; ) {
    merged = false;
    for (let sign = SIGNS.length - 1; sign >= 0; sign -= 1) {
      const bySignature = new Map<string, Row[]>();
      for (const row of rows) {
        const key = JSON.stringify([row.verdict, row.ways.filter((_, other) => other !== sign)]);
        bySignature.set(key, [...(bySignature.get(key) ?? []), row]);
      }
      if (bySignature.size === rows.length) continue;
      merged = true;
      const together = [...bySignature.values()].map((group): Row => {
        const [first] = group;
        const all = group.flatMap(({ ways }) => ways[sign] ?? []).sort((x, y) => x - y);
        return {
          verdict: first?.verdict ?? 'ok',
          ways: (first?.ways ?? []).map((ways, other) => (other === sign ? all : ways)),
        };
      });
      rows.splice(0, rows.length, ...together);
    }
  }
  return rows;
}

const ORDER: readonly VerdictKind[] = [
  'data-quality-break',
  'regression-after-deploy',
  'prediction-drift',
  'label-drift',
  'concept-drift',
  'data-drift',
  'unknown',
  'ok',
];

/** The table as Markdown, by verdict; – where a sign makes no difference. */
export function decisionTable(): string {
  const lines = [...decisionRows()]
    .sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
    .map(({ ways, verdict }) => {
      const cells = ways.map((taken, sign) => {
        const all = SIGNS[sign]?.ways ?? [];
        if (taken.length === all.length) return '–';
        return taken.map((way) => all[way]?.[0]).join(' / ');
      });
      return `| ${[...cells, `\`${verdict}\``].join(' | ')} |`;
    });
  const titles = [...SIGNS.map(({ title }) => title), 'verdict'];
  return [`| ${titles.join(' | ')} |`, `| ${titles.map(() => '---').join(' | ')} |`, ...lines].join(
    '\n',
  );
}
