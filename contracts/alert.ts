import type { Severity } from './monitor-spec.js';

/** Something that a person is told. Equal keys are told once. */
export interface Alert {
  /** Business key: `incident/bikes/3/opened`, `approval/bikes/<request id>`. */
  readonly key: string;
  readonly model: string;
  readonly severity: Severity;
  /** What the messages of one trouble have in common, so that receivers group them. */
  readonly group: string;
  readonly status: 'firing' | 'resolved' | 'notice';
  /** One line. */
  readonly title: string;
  /** A few sentences with the numbers and what to do. */
  readonly text: string;
  /** Name → value, shown as a list. */
  readonly facts: { readonly [name: string]: string };
  /** Channels that are told; those of the monitor's `notify` and of the response. */
  readonly channels: readonly string[];
  /** Wall clock, RFC 3339. */
  readonly at: string;
}

/** What became of an alert on one channel. */
export interface AlertDelivery {
  readonly key: string;
  readonly model: string;
  readonly channel: string;
  readonly status: 'delivered' | 'silenced' | 'failed';
  readonly detail: string;
  readonly at: string;
}

/** Nobody is told of what it covers, until it ends. */
export interface Silence {
  readonly id: string;
  /** `null`: every model. */
  readonly model: string | null;
  /** Wall clock, RFC 3339. */
  readonly from: string;
  readonly until: string;
  readonly actor: string;
  readonly reason: string;
}
