import {
  type AliasRecord,
  type LedgerEntry,
  MillraceError,
  type MonitorDecision,
  type VersionRecord,
  type WindowMeasurement,
} from '../../contracts/index.js';
import type { LifeBook } from '../../models/registry/life/ports.js';
import type { RegistryWriter } from '../../models/registry/ports.js';
import { simulated } from './simulated.js';

/** What of a registry a replay needs, in memory. */
export class SimulatedRegistry {
  readonly #versions: VersionRecord[] = [];
  readonly #byEffect = new Map<string, VersionRecord>();
  readonly #ledger = new Map<string, LedgerEntry>();
  readonly #measurements: WindowMeasurement[] = [];
  readonly #decisions: MonitorDecision[] = [];
  #champion: AliasRecord | null = null;

  constructor(
    private readonly model: string,
    /** The simulated wall clock, RFC 3339. */
    private readonly now: () => string,
  ) {}

  /** The same as the port that measuring and the steps take. */
  readonly port: RegistryWriter = simulated<RegistryWriter>('registry', {
    champion: async () => this.#champion,
    version: async (_model, number) => this.#versions[number - 1] ?? null,
    versions: async () => this.#versions,
    versionByEffect: async (key) => this.#byEffect.get(key) ?? null,
    registerVersion: async (key, version) => this.#register(key, version),
    ledger: async () => this.ledger,
    appendLedger: async (...entries) => {
      for (const entry of entries) this.append(entry);
    },
    transitionNumber: async () => this.#champion?.transition ?? 0,
    recordMeasurement: async (measurement) => {
      this.#measurements.push(measurement);
    },
    measurements: async (_model, limit) => this.#measurements.slice(-(limit ?? Infinity)),
    measurementBefore: async (_model, version, windowStart) =>
      this.#measurements.findLast(
        (item) => item.version === version && item.window.end <= windowStart,
      ) ?? null,
    windowMeasurements: async (_model, window) =>
      this.#measurements.filter(
        ({ window: { start, end } }) => start === window.start && end === window.end,
      ),
    recordDecision: async (decision) => {
      this.#decisions.push(decision);
    },
    decisions: async (_model, limit) => this.#decisions.slice(-(limit ?? Infinity)),
    leases: async () => [],
    latestIncident: async () => null,
    incidents: async () => [],
    repairs: async () => [],
    monitorLook: async () => null,
    life: simulated<LifeBook>('registry.life', { retirement: async () => null }),
  });

  get ledger(): readonly LedgerEntry[] {
    return [...this.#ledger.values()];
  }

  version(number: number): VersionRecord {
    const version = this.#versions[number - 1];
    if (version !== undefined) return version;
    throw new MillraceError('NotFound', `model ${this.model} has no version ${number}`);
  }

  append(entry: LedgerEntry): void {
    if (!this.#ledger.has(entry.key)) this.#ledger.set(entry.key, entry);
  }

  moveAlias(version: number, transition: number, sinceAsOf: string): void {
    const at = this.now();
    this.#champion = { model: this.model, alias: 'champion', version, transition, sinceAsOf, at };
  }

  #register(key: string, version: Parameters<RegistryWriter['registerVersion']>[1]): VersionRecord {
    const known = this.#byEffect.get(key);
    if (known !== undefined) return known;
    const record: VersionRecord = {
      ...version,
      version: this.#versions.length + 1,
      status: 'ready',
      approval: 'approved',
      createdAt: this.now(),
    };
    this.#versions.push(record);
    this.#byEffect.set(key, record);
    return record;
  }
}
