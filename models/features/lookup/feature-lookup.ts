import {
  type FeatureDefinition,
  type FeatureUse,
  MillraceError,
  type ModelSignature,
  parseEventTimeMs,
} from '../../../contracts/index.js';
import { entityKey, isInexact } from '../entity-key.js';
import {
  type FeatureValue,
  type OnlineKey,
  type OnlineRow,
  type OnlineStore,
  onlineTable,
} from '../online/store.js';
import { WITHOUT_STORE } from '../online/store-error.js';
import { within } from './within.js';

/** What became of the look-up of one entity's values in one view. */
export type LookupOutcome = 'found' | 'missing' | 'expired' | 'failed';

export interface FeatureLookupOptions {
  readonly model: string;
  readonly uses: readonly FeatureUse[];
  readonly store: OnlineStore;
  /** Longest time that a request waits for the store. */
  readonly timeoutMs: number;
  /** Column that carries a row's event time; `null`: rows are asked for now. */
  readonly timeColumn: string | null;
  /** `asMissing`: a store that does not answer has nothing; `reject`: the request is refused. */
  readonly onFailure: 'reject' | 'asMissing';
  /** Told of each request that had something to look up. */
  readonly onLookup?: (seconds: number, outcomes: ReadonlyMap<LookupOutcome, number>) => void;
  /** Wall clock in ms, for rows without an event time. */
  readonly now?: () => number;
}

/** The rows of a request with what was looked up for them. */
export interface CompletedRows {
  readonly rows: readonly unknown[];
  /** One a row, in order: the features whose value came from the online store. */
  readonly lookedUp: readonly (readonly string[])[];
}

/** A view as requests are completed from it. */
interface PlannedView {
  readonly definition: FeatureDefinition;
  readonly table: string;
  /** The features that the model takes, with their place in the store's rows. */
  readonly features: readonly { readonly name: string; readonly place: number }[];
}

/** An entity whose values a row lacks. */
interface Ask {
  readonly row: number;
  readonly view: PlannedView;
  readonly lacking: PlannedView['features'];
  /** `null`: the row does not say whose values are meant. */
  readonly key: number | null;
}

/** More problems than this are counted, not listed. */
const MAX_PROBLEMS = 20;

/**
 * Gives rows of a request the features that they lack, by the key of their entity: one round trip to
 * the online store for all of them. What a row brings itself stands. What is not found, or older
 * than its `ttl` at the row's event time, is missing, where the model allows that.
 */
export class FeatureLookup {
  readonly #options: FeatureLookupOptions;
  readonly #views: readonly PlannedView[];

  constructor(options: FeatureLookupOptions) {
    this.#options = options;
    this.#views = options.uses.map(({ definition, columns }) => ({
      definition,
      table: onlineTable(definition),
      features: definition.columns
        .map(({ name }, place) => ({ name, place }))
        .filter(({ name }) => columns.includes(name)),
    }));
  }

  /** A signature in which what is looked up may be missing. */
  ease(signature: ModelSignature): ModelSignature {
    const names = new Set(this.#views.flatMap(({ features }) => features.map(({ name }) => name)));
    const inputs = signature.inputs.map((input) =>
      names.has(input.name) ? { ...input, nullable: true } : input,
    );
    return { ...signature, inputs };
  }

  /** Begins to connect before the first request waits for it; a store that is down is found by that one. */
  async warmUp(): Promise<void> {
    const [view] = this.#views;
    if (view === undefined) return;
    await this.#ask([{ table: view.table, entity: '' }]).catch(() => null);
  }

  /**
   * @param signature - what is asked of the rows: whether a feature may be missing
   * @throws MillraceError `InvalidInput` naming each entity of which the model needs more than there is,
   * `ServiceUnavailable` where the store does not answer in time
   */
  async complete(signature: ModelSignature, rows: readonly unknown[]): Promise<CompletedRows> {
    const keys = new KeyList();
    const asks = rows.flatMap((row, index) => this.#asksOf(row, index, keys));
    if (asks.length === 0) return { rows, lookedUp: [] };
    const outcomes = new Map<LookupOutcome, number>();
    const count = (outcome: LookupOutcome) =>
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const startedMs = performance.now();
    const told = () => this.#options.onLookup?.((performance.now() - startedMs) / 1_000, outcomes);
    const found = await this.#ask(keys.all).catch((error: unknown) => {
      for (const _ of asks) count('failed');
      if (this.#options.onFailure === 'asMissing') return null;
      told();
      throw error;
    });

    const completed = [...rows];
    const lookedUp = rows.map((): string[] => []);
    const problems: string[] = [];
    for (const ask of asks) {
      const { row, lacking } = ask;
      const values = found === null ? null : this.#valuesOf(ask, found, rows[row], count);
      // The row is the client's: another object has what was looked up.
      if (completed[row] === rows[row]) completed[row] = { ...(rows[row] as object) };
      const target = completed[row] as Record<string, unknown>;
      let isWhole = true;
      for (const { name, place } of lacking) {
        const value = values?.[place] ?? null;
        target[name] = value;
        isWhole &&= value !== null;
        if (values !== null) lookedUp[row]?.push(name);
      }
      if (isWhole) continue;
      problems.push(...problemsOf(signature, ask, rows[row], target, found === null));
    }
    told();
    if (problems.length === 0) return { rows: completed, lookedUp };
    const more = problems.length - MAX_PROBLEMS;
    const listed = problems.slice(0, MAX_PROBLEMS);
    throw new MillraceError(
      'InvalidInput',
      (more > 0 ? [...listed, `and ${more} more problems`] : listed).join('; '),
      'send these features with the request, or materialise the view',
    );
  }

  #asksOf(row: unknown, index: number, keys: KeyList): readonly Ask[] {
    // What is no object is refused with the other rows.
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return [];
    const fields = row as { readonly [name: string]: unknown };
    const asks: Ask[] = [];
    for (const view of this.#views) {
      const lacking = view.features.filter(({ name }) => isMissing(fields, name));
      if (lacking.length === 0) continue;
      const entity = entityKey(view.definition.entity.map((name) => ownValue(fields, name)));
      const key = entity === null ? null : keys.add({ table: view.table, entity });
      asks.push({ row: index, view, lacking, key });
    }
    return asks;
  }

  async #ask(keys: readonly OnlineKey[]): Promise<readonly (OnlineRow | null)[]> {
    if (keys.length === 0) return [];
    const { store, model, timeoutMs } = this.#options;
    return within(store.get(keys), timeoutMs, () => {
      const late = `the features of ${model} were not looked up within ${timeoutMs} ms`;
      return new MillraceError(
        'ServiceUnavailable',
        late,
        `is the online store ${store.name} well? serve.features.timeout gives it longer`,
        { told: `${late}; ${WITHOUT_STORE}` },
      );
    });
  }

  #valuesOf(
    { view, key }: Ask,
    found: readonly (OnlineRow | null)[],
    row: unknown,
    count: (outcome: LookupOutcome) => void,
  ): readonly FeatureValue[] | null {
    const online = key === null ? null : (found[key] ?? null);
    if (online === null) {
      count('missing');
      return null;
    }
    const { ttlMs } = view.definition;
    if (ttlMs !== null && this.#eventTimeMs(row) - online.atMs > ttlMs) {
      count('expired');
      return null;
    }
    count('found');
    return online.values;
  }

  #eventTimeMs(row: unknown): number {
    const { now = Date.now, timeColumn } = this.#options;
    const value = timeColumn === null ? null : ownValue(row as object, timeColumn);
    const ms = typeof value === 'string' ? parseEventTimeMs(value) : value;
    return typeof ms === 'number' && Number.isFinite(ms) ? ms : now();
  }
}

/** Each key once, however many rows name it. */
class KeyList {
  readonly all: OnlineKey[] = [];
  readonly #places = new Map<string, number>();

  add(key: OnlineKey): number {
    const name = `${key.table} ${key.entity}`;
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.all.push(key);
    this.#places.set(name, this.all.length - 1);
    return this.all.length - 1;
  }
}

function ownValue(fields: object, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields as Record<string, unknown>)[name] : undefined;
}

function isMissing(fields: object, name: string): boolean {
  const value = ownValue(fields, name);
  return value === undefined || value === null || value === '';
}

function problemsOf(
  { inputs }: ModelSignature,
  { row, view, lacking, key }: Ask,
  fields: unknown,
  completed: { readonly [name: string]: unknown },
  failed: boolean,
): readonly string[] {
  const { name, entity } = view.definition;
  // Also where the model can do without: whose features were meant cannot be told.
  const inexact = entity.find((column) => isInexact(ownValue(fields as object, column)));
  if (inexact !== undefined) {
    return [
      `row ${row}: ${inexact} is a number beyond ±${Number.MAX_SAFE_INTEGER}, which may stand for several keys of feature view ${name}: send it as text`,
    ];
  }
  const needed = lacking
    .map(({ name }) => name)
    .filter(
      (name) =>
        completed[name] === null && inputs.some((input) => input.name === name && !input.nullable),
    );
  if (needed.length === 0) return [];
  const wanted = `the model needs ${needed.join(', ')}`;
  if (key === null) {
    const absent = entity.filter(
      (column) => entityKey([ownValue(fields as object, column)]) === null,
    );
    return [
      `row ${row} has no ${absent.join(', ')} by which feature view ${name} is looked up, and ${wanted}`,
    ];
  }
  const who = entity.map((column) => `${column} ${shown(ownValue(fields as object, column))}`);
  const what = failed ? 'could not be asked for' : 'has nothing of';
  return [`row ${row}: feature view ${name} ${what} ${who.join(', ')}, and ${wanted}`];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
