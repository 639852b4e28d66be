import type { Severity } from './monitor-spec.js';

/** Something that a person is told. Equal keys are told once. */
export interface Alert {
  /** Business key: `incident/bikes/3/opened`, `approval/bikes/<request id>`. */
  readonly key: string;
  readonly model: string;
  readonly severity: Severity;
  /**
   * What the messages of one trouble have in common: they are sent in their order, receivers show
   * them as one, and `resolved` goes to whoever was told `firing` in it.
   */
  readonly group: string;
  readonly status: 'firing' | 'resolved' | 'notice';
  /** One line. */
  readonly title: string;
  /** A few sentences with the numbers and what to do. */
  readonly text: string;
  /** Name → value, shown as a list. */
  readonly facts: { readonly [name: string]: string };
  /** Channels of the response, told whatever the severity; those of `notify` are added by it. */
  readonly channels: readonly string[];
  /** Wall clock, RFC 3339. */
  readonly at: string;
  /** Number of the incident that it tells of: it is told again while that is open. */
  readonly incident?: number;
}

export const ALERT_STATUSES = ['firing', 'resolved', 'notice'] as const;
export const SEVERITIES = ['info', 'warning', 'critical'] as const;

/** Least to most severe. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

/** What became of an alert on one channel. */
export interface AlertDelivery {
  /** The alert's key; of its nth repetition `<key>/repeat/<n>`. */
  readonly key: string;
  readonly model: string;
  readonly channel: string;
  /** `retrying`: it failed and is tried again. `logged`: no channel is set up for it. */
  readonly status: 'delivered' | 'silenced' | 'failed' | 'retrying' | 'logged';
  readonly detail: string;
  readonly at: string;
  readonly group: string;
  readonly severity: Severity;
  readonly alert: Alert['status'];
  readonly title: string;
  /** What the channel was sent, without its secrets; `null` where nothing was. */
  readonly sent: string | null;
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

export function isSilencing(silence: Silence, model: string, nowMs: number): boolean {
  return (
    (silence.model === null || silence.model === model) &&
    Date.parse(silence.from) <= nowMs &&
    nowMs < Date.parse(silence.until)
  );
}

const LONGEST_TEXT = 20_000;

/** What is wrong with an alert that came from outside; `null` when it is well formed. */
export function complaintOfAlert(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'an alert must be an object';
  const alert = value as Record<string, unknown>;
  for (const name of ['key', 'model', 'group', 'title', 'at']) {
    const text = alert[name];
    if (typeof text !== 'string' || text === '' || text.length > 1_000) {
      return `${name} must be text of 1 to 1,000 characters`;
    }
  }
  const { text, facts, channels, severity, status } = alert;
  if (typeof text !== 'string' || text.length > LONGEST_TEXT) return 'text must be text';
  if (!SEVERITIES.some((known) => known === severity)) {
    return `severity must be one of ${SEVERITIES.join(', ')}`;
  }
  if (!ALERT_STATUSES.some((known) => known === status)) {
    return `status must be one of ${ALERT_STATUSES.join(', ')}`;
  }
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) {
    return 'facts must be an object';
  }
  if (Object.values(facts).some((fact) => typeof fact !== 'string')) return 'facts must be texts';
  return Array.isArray(channels) && channels.every((channel) => typeof channel === 'string')
    ? null
    : 'channels must be a list of names';
}

/** One telling of an alert: the first, or a repetition while its trouble goes on. */
export interface Telling {
  readonly alert: Alert;
  /** 0: the first. */
  readonly repeat: number;
}

/** Business key of a telling: the same on every attempt to deliver it. */
export function tellingKey({ alert, repeat }: Telling): string {
  return repeat === 0 ? alert.key : `${alert.key}/repeat/${repeat}`;
}

/** Where an alert goes. */
export interface AlertRoute {
  readonly channel: string;
  /** How long the channel waits for more of the same group; 0: each alert is sent by itself. */
  readonly gatherMs: number;
  /** `null`: told once. */
  readonly repeatMs: number | null;
}

/** What became of a message. */
export interface SendOutcome {
  readonly outcome: 'delivered' | 'failed' | 'silenced';
  /** Of `silenced`: until when that holds, RFC 3339; empty otherwise. */
  readonly until: string;
}
