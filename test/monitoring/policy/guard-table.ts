import type { GatedRequest, RiskClass } from '../../../contracts/index.js';
import { type ModelEffect, type ModelState, reduce } from '../../../monitoring/policy/index.js';
import {
  type Choice,
  markdownTable,
  mergedRows,
  type Row,
  type Sign,
  shownBy,
} from './merged-table.js';
import { play } from './play.js';
import { day, deploy, GUARDS, repair, retrain, rollback } from './requests.js';

/** What a way makes of the request and of the state that it comes to. */
interface Case {
  readonly request?: GatedRequest;
  readonly risk?: RiskClass;
  readonly state?: Partial<ModelState>;
  readonly guards?: Partial<NonNullable<ModelState['guards']>>;
}

const served = play([
  { kind: 'change-requested', request: deploy(1) },
  { kind: 'change-requested', request: deploy(2, { comparedWith: 1 }) },
]).state;
const NIGHT = { from: '22:00', to: '06:00', timezone: 'UTC' };
const NOW_MS = Date.parse('2026-01-01T23:00:00Z');
const ASKED = day(50);

/** In the order in which the guards are asked. */
export const GUARD_SIGNS: readonly Sign<Case>[] = [
  {
    title: 'asked for',
    ways: [
      ['a retraining', { request: retrain({ asOf: ASKED, newLabels: 10 }) }],
      ['a scheduled retraining', { request: retrain({ asOf: ASKED, trigger: 'schedule' }) }],
      ['a promotion', { request: deploy(3, { comparedWith: 2, actor: 'run:retrain' }) }],
      ['a rollback', { request: rollback({ trigger: 'monitor' }) }],
      ['an imputation or a fallback', { request: repair() }],
      ['a quarantine', { request: repair({ repair: 'quarantine', features: [] }) }],
      ['anything by a person', { request: retrain({ asOf: ASKED, trigger: 'manual' }) }],
    ],
  },
  {
    title: 'paused',
    ways: [
      ['no', {}],
      ['yes', { state: { paused: { actor: 'user:ann', reason: 'a fair' } } }],
    ],
  },
  {
    title: 'a retraining runs',
    ways: [
      ['no', {}],
      ['yes', { state: { retrain: { request: retrain(), runId: 'run-9', promoted: null } } }],
    ],
  },
  {
    title: 'breaker',
    ways: [
      ['closed', {}],
      ['open', { state: { ineffectiveRetrains: 2 } }],
    ],
  },
  {
    title: 'labels',
    ways: [
      ['enough', {}],
      ['too few', { guards: { minLabels: 100 } }],
    ],
  },
  {
    title: 'cooldown',
    ways: [
      ['over', { state: { retrains: [day(40)] } }],
      ['runs', { state: { retrains: [day(40), day(49.5)] } }],
    ],
  },
  {
    title: 'budget',
    ways: [
      ['left', {}],
      ['used up', { guards: { maxRetrains: { count: 1, periodMs: 30 * 86_400_000 } } }],
    ],
  },
  {
    title: 'automation',
    ways: [
      ['full', {}],
      ['train', { state: { automation: 'train' } }],
      ['manual', { state: { automation: 'manual' } }],
    ],
  },
  {
    title: 'risk',
    ways: [
      ['low', {}],
      ['medium', { risk: 'medium' }],
      ['high', { risk: 'high' }],
    ],
  },
  {
    title: 'quiet hours',
    ways: [
      ['no', {}],
      ['yes', { guards: { quietHours: NIGHT } }],
    ],
  },
];

/** What comes of a request in a state, in words. */
export function outcomeOf(choice: Choice): string {
  const shown = shownBy(GUARD_SIGNS, choice);
  const asked = shown.flatMap(({ request }) => request ?? [])[0];
  const risk = shown.flatMap(({ risk: given }) => given ?? [])[0];
  if (asked === undefined) throw new Error('a case without a request');
  const request = risk === undefined ? asked : { ...asked, risk };
  const state: ModelState = {
    ...served,
    ...Object.assign({}, ...shown.map(({ state: part }) => part)),
    guards: { ...GUARDS, ...Object.assign({}, ...shown.map(({ guards }) => guards)) },
  };
  const { effects, state: after } = reduce(state, eventOf(request), NOW_MS);
  const [pending] = after.pending;
  if (effects.some(isAction))
    return risk === 'medium' && !byPerson(request) ? 'done, can be undone' : 'done';
  if (pending !== undefined) {
    return pending.waitsFor === 'quiet-hours' ? 'waits for the morning' : 'waits for a person';
  }
  const guard = effects.flatMap((effect) =>
    effect.kind === 'record' ? [effect.entry.evidence['guard']] : [],
  )[0];
  return `held: ${guard}`;
}

const byPerson = (request: GatedRequest): boolean =>
  request.kind === 'retrain' && request.trigger === 'manual';

const ACTIONS: readonly ModelEffect['kind'][] = [
  'start-retrain',
  'switch-champion',
  'prepare-repairs',
];
const isAction = ({ kind }: ModelEffect): boolean => ACTIONS.includes(kind);

function eventOf(request: GatedRequest) {
  switch (request.kind) {
    case 'retrain':
      return { kind: 'retrain-requested', request } as const;
    case 'repair':
      return { kind: 'repair-requested', request } as const;
    case 'askForLabels':
      return { kind: 'labels-requested', request } as const;
    default:
      return { kind: 'change-requested', request } as const;
  }
}

/** By what is asked for. */
export function guardRows(outcomes: ReadonlyMap<string, string>): readonly Row[] {
  const rows = mergedRows(GUARD_SIGNS, (choice) => outcomes.get(choice.join()) ?? '');
  return [...rows].sort((a, b) => (a.ways[0]?.[0] ?? 0) - (b.ways[0]?.[0] ?? 0));
}

export function guardTable(rows: readonly Row[]): string {
  return markdownTable(GUARD_SIGNS, rows, 'what comes of it');
}
