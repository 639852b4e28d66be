import {
  type AnalysisVerdict,
  isWholeRoute,
  type LedgerEntry,
  type Rollout,
  type TrafficRoute,
} from '../../../../contracts/index.js';
import {
  closedByLedger,
  emptyState,
  type LedgerDraft,
  type ModelEffect,
  type ModelEvent,
  type ModelState,
  nextWake,
  reduce,
  stateFromLedger,
} from '../../../../monitoring/policy/index.js';

/** How the next effect that can fail ends. */
export interface Luck {
  readonly verdict: AnalysisVerdict;
  readonly smokes: boolean;
  readonly applies: boolean;
  readonly switches: boolean;
}

const GOOD: Luck = { verdict: 'pass', smokes: true, applies: true, switches: true };

/**
 * A registry and gateways as the reducer's effects reach them. Effects that take time are kept until
 * they are let end, in any order, so that everything can happen in between.
 */
export class RolloutWorld {
  state: ModelState = emptyState('bike');
  readonly ledger: LedgerEntry[] = [];
  readonly rollouts = new Map<string, Rollout>();
  readonly broken: string[] = [];
  champion: number | null = null;
  route: TrafficRoute | null = null;
  clockMs = Date.UTC(2026, 0, 1);
  #routeNumber = 0;
  #underWay: ModelEffect[] = [];

  constructor(private readonly step: typeof reduce = reduce) {}

  get underWay(): number {
    return this.#underWay.length;
  }

  take(event: ModelEvent): void {
    const { state, effects } = this.step(this.state, event, this.clockMs);
    this.state = state;
    for (const effect of effects) this.#begin(effect);
    this.#look();
  }

  /** Lets one of the effects under way end. */
  end(index: number, luck: Luck): void {
    const [effect] = this.#underWay.splice(index % Math.max(1, this.#underWay.length), 1);
    if (effect === undefined) return;
    const event = this.#ended(effect, luck);
    this.#look();
    if (event !== null) this.take(event);
  }

  pass(ms: number): void {
    this.clockMs += ms;
    const wake = nextWake(this.state);
    if (wake !== null && wake <= this.clockMs) this.take({ kind: 'time-passed' });
  }

  /** Everything that is under way ends well, and pauses end, until nothing moves any more. */
  settle(luck: Luck = GOOD): void {
    for (let turn = 0; turn < 500; turn += 1) {
      const wake = nextWake(this.state);
      if (this.#underWay.length > 0) this.end(0, luck);
      else if (wake !== null) this.pass(Math.max(0, wake - this.clockMs));
      else return;
    }
    this.broken.push('it never comes to rest');
  }

  /** Temporal's database is lost: the ledger is all there is. */
  lose(): void {
    this.#underWay = [];
    this.state = stateFromLedger('bike', this.ledger, this.state.guards, this.state.automation);
    for (const rollout of closedByLedger([...this.rollouts.values()], this.state, this.ledger)) {
      this.rollouts.set(rollout.rolloutId, rollout);
    }
  }

  #write(entry: LedgerDraft): void {
    if (this.ledger.some(({ key }) => key === entry.key)) return;
    this.ledger.push({ ...entry, at: new Date(this.clockMs).toISOString() });
  }

  /** What is done at once; all else is under way until it is let end. */
  #begin(effect: ModelEffect): void {
    switch (effect.kind) {
      case 'record':
        this.#write(effect.entry);
        return;
      case 'keep-rollout':
        this.rollouts.set(effect.rollout.rolloutId, effect.rollout);
        return;
      case 'withdraw-route':
        this.#move(effect.number, null, effect.entry);
        this.#underWay.push(effect);
        return;
      case 'move-route':
        // It may be written now or late: the number says which one counts.
        this.#underWay.push(effect);
        return;
      case 'switch-champion':
      case 'smoke-test':
      case 'measure-arms':
        this.#underWay.push(effect);
        return;
    }
  }

  #move(number: number, route: TrafficRoute | null, entry: LedgerDraft): boolean {
    if (number <= this.#routeNumber) return this.ledger.some(({ key }) => key === entry.key);
    this.#routeNumber = number;
    this.route = route;
    this.#write(entry);
    return true;
  }

  #ended(effect: ModelEffect, luck: Luck): ModelEvent | null {
    switch (effect.kind) {
      case 'smoke-test': {
        const { rolloutId } = effect;
        return { kind: 'smoke-tested', rolloutId, problem: luck.smokes ? null : 'it answers 7' };
      }
      case 'move-route': {
        const { rolloutId, route, entry } = effect;
        const isInForce = this.#move(route.number, route, entry);
        const outcome = !isInForce ? 'overtaken' : luck.applies ? 'confirmed' : 'not-applied';
        return {
          kind: 'route-moved',
          rolloutId,
          number: route.number,
          outcome,
          detail: `route ${route.number}: ${outcome}`,
        };
      }
      case 'withdraw-route':
        return { kind: 'route-withdrawn', rolloutId: effect.rolloutId };
      case 'measure-arms': {
        const { rolloutId, stage, arms } = effect;
        const { verdict } = luck;
        const arm = { rows: 1, labelled: 0, values: {} };
        return {
          kind: 'arms-measured',
          rolloutId,
          stage,
          measurement: {
            number: arms.number,
            at: new Date(this.clockMs).toISOString(),
            verdict,
            reason: `it is ${verdict}`,
            champion: { version: arms.champion, ...arm },
            challenger: { version: arms.challenger, ...arm },
            metrics: [],
          },
        };
      }
      case 'switch-champion': {
        const { change, entry } = effect;
        if (luck.switches) {
          this.#write(entry);
          this.champion = change.to;
          if (change.endsRoute !== undefined && change.endsRoute > this.#routeNumber) {
            this.#routeNumber = change.endsRoute;
            this.route = null;
          }
        }
        return {
          kind: 'change-ended',
          requestId: change.request.requestId,
          outcome: luck.switches ? 'confirmed' : 'unusable',
          detail: 'it ended',
          guards: null,
        };
      }
      default:
        return null;
    }
  }

  /** What must hold at every moment, whatever is under way. */
  #look(): void {
    const { route } = this;
    if (route === null) return;
    const say = (holds: boolean, sentence: string) => {
      if (!holds) this.broken.push(sentence);
    };
    say(isWholeRoute(route), `route ${route.number} does not sum to 100`);
    const versions = route.arms.map(({ version }) => version);
    say(
      versions.includes(this.champion ?? 0),
      `route ${route.number} leaves out champion ${this.champion}`,
    );
    say(
      this.state.rollout !== null,
      `route ${route.number} is in force, and no rollout answers for it`,
    );
  }
}
