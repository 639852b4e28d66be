import { MillraceError } from '../contracts/index.js';
import type { Hour } from './weeks.js';

const HOURS_A_DAY = 24;

/** Live traffic: each hour is predicted by a request of its own, and its label comes a day later. */
export class Traffic {
  /** Answered hours whose label has not been sent. */
  #unlabelled: { readonly id: string; readonly rentals: number }[] = [];
  #sent = 0;

  constructor(
    private readonly gateway: string,
    private readonly model: string,
  ) {}

  /** Predictions asked for so far. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * Sends hours in order, with the labels of the day before after each day.
   *
   * @param onHour - told after each answer
   */
  async send(hours: readonly Hour[], onHour: (sent: number) => void): Promise<void> {
    for (const [index, hour] of hours.entries()) {
      const { prediction_ids: ids } = await this.#post<{ prediction_ids: string[] }>(
        `/models/${this.model}/invocations`,
        { dataframe_records: [hour.request] },
      );
      const id = ids[0];
      if (id === undefined)
        throw new MillraceError('Internal', 'the gateway answered without an id');
      this.#unlabelled.push({ id, rentals: hour.rentals });
      this.#sent += 1;
      onHour(index + 1);
      if (this.#unlabelled.length >= 2 * HOURS_A_DAY) await this.#sendLabels(HOURS_A_DAY);
    }
  }

  /** The labels that have not come yet, at the end of a week. */
  async sendRemainingLabels(): Promise<void> {
    await this.#sendLabels(this.#unlabelled.length);
  }

  /** The version that the gateway answers with. */
  async servedVersion(): Promise<number> {
    const { versions } = await this.#get<{ versions: string[] }>(`/v2/models/${this.model}`);
    return Number(versions[0]);
  }

  async #sendLabels(count: number): Promise<void> {
    const due = this.#unlabelled.slice(0, count);
    this.#unlabelled = this.#unlabelled.slice(count);
    if (due.length === 0) return;
    const labels = due.map(({ id, rentals }) => ({ id, label: rentals }));
    await this.#post('/labels', { labels });
  }

  async #post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async #get<Answer>(path: string): Promise<Answer> {
    return this.#ask(path, {});
  }

  async #ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.gateway}${path}`, init);
    const text = await response.text();
    if (!response.ok) {
      throw new MillraceError(
        'ServiceUnavailable',
        `the gateway answered ${response.status} to ${path}: ${text}`,
      );
    }
    return JSON.parse(text) as Answer;
  }
}
