import type { ProcessRecord, TrafficRecord } from '../../../contracts/index.js';
import type { ServiceLog } from '../../predictions/service-log.js';
import { probe } from './probe.js';
import type { TrafficMeter } from './traffic-meter.js';

export interface HealthRecorderOptions {
  readonly meter: TrafficMeter;
  readonly log: ServiceLog;
  /** The gateway's own address, asked over the loopback as a client would. */
  readonly address: string;
  /** Time between two records; 5 s by default. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 5_000;

/**
 * Every few seconds a probe of the gateway by itself, then one line of the process and one of each
 * model that was asked. A process that is too busy to keep this up was not there for its clients
 * either: what no probe vouches for counts as down.
 */
export class HealthRecorder {
  readonly #options: HealthRecorderOptions;
  readonly #intervalMs: number;
  #fromMs = 0;
  #wasUp = false;
  #cpu = process.cpuUsage();
  #timer: NodeJS.Timeout | null = null;
  #recording: Promise<void> | null = null;

  constructor(options: HealthRecorderOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs ?? INTERVAL_MS;
  }

  start(): void {
    this.#fromMs = Date.now();
    this.#cpu = process.cpuUsage();
    this.#timer = setInterval(() => this.#tick(), this.#intervalMs).unref();
  }

  /** Writes what was counted since the last record: once the last request is answered. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#recording;
    // Nobody listens any more: what was answered until now is vouched for by the probe before.
    await this.#write(this.#wasUp);
  }

  #tick(): void {
    this.#recording ??= this.#record().finally(() => {
      this.#recording = null;
    });
  }

  async #record(): Promise<void> {
    this.#wasUp = await probe(this.#options.address, this.#intervalMs);
    await this.#write(this.#wasUp);
  }

  async #write(isUp: boolean): Promise<void> {
    const { meter, log } = this.#options;
    const toMs = Date.now();
    // A clock that was set back gives a span of nothing, never a negative one.
    const fromMs = Math.min(this.#fromMs, toMs);
    this.#fromMs = toMs;
    const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    const vouchedMs = Math.min(toMs - fromMs, 2 * this.#intervalMs);
    const record: ProcessRecord = {
      ...span,
      upMs: isUp ? vouchedMs : 0,
      cpuShare: this.#cpuShare(toMs - fromMs),
      memoryBytes: process.memoryUsage.rss(),
    };
    const traffic = new Map<string, TrafficRecord>();
    for (const [model, counted] of meter.take()) traffic.set(model, { ...span, ...counted });
    await log.append(record, traffic);
  }

  #cpuShare(elapsedMs: number): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    return elapsedMs === 0 ? 0 : (user + system) / 1_000 / elapsedMs;
  }
}
