import { SCOPES, type Scope } from './scopes.js';

/** What a caller of signals may ask for. */
export const SIGNAL_ACTIONS = ['retrain', 'rollback'] as const;
export type SignalAction = (typeof SIGNAL_ACTIONS)[number];

/** Who calls, and what they may do. */
export interface Principal {
  /** `anyone`: nobody was asked. */
  readonly kind: 'anyone' | 'key' | 'token';
  /** The same for every call of one client; rates are counted by it. */
  readonly id: string;
  /** As the audit log and the ledger name them. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only models they may touch; `null`: all. */
  readonly models: readonly string[] | null;
  /** What they may ask for by signals; `null`: all. */
  readonly actions: readonly SignalAction[] | null;
  /** Their own rate of requests; `null`: the gateway's. */
  readonly requestsPerSecond: number | null;
  /** From then on they are nobody, in ms since 1970; `null`: they stay. */
  readonly expiresAtMs: number | null;
}

/** A caller on this machine, where nobody is asked who they are. */
export function anyone(address: string): Principal {
  return {
    kind: 'anyone',
    id: `address ${address}`,
    name: 'anyone',
    scopes: EVERYTHING,
    models: null,
    actions: null,
    requestsPerSecond: null,
    expiresAtMs: null,
  };
}

const EVERYTHING: ReadonlySet<Scope> = new Set(SCOPES);

export function mayTouch({ models }: Pick<Principal, 'models'>, model: string): boolean {
  return models === null || models.includes(model);
}

export function mayAsk({ actions }: Pick<Principal, 'actions'>, action: SignalAction): boolean {
  return actions === null || actions.includes(action);
}
