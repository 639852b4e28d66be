import { formatDurationMs, type JsonObject, type MonitorSpec } from '../../contracts/index.js';
import { seededRandom } from '../../monitoring/drift/samples/seeded-random.js';
import { shuffle } from '../../monitoring/drift/samples/shuffle.js';

const DAY_MS = 86_400_000;

/** One point of the search: the thresholds and guards of a policy. */
export interface Settings {
  /** `null` where the monitor watches no inputs. */
  readonly shareOfColumns: number | null;
  /** `null` where the monitor watches no performance. */
  readonly worseThanShare: number | null;
  readonly breaches: { readonly count: number; readonly of: number };
  readonly cooldownMs: number;
}

const SHARES = [0.1, 0.2, 0.3, 0.5];
const LOSSES = [0.05, 0.1, 0.2, 0.3, 0.5];
const BREACHES = [
  { count: 1, of: 1 },
  { count: 2, of: 2 },
  { count: 2, of: 3 },
  { count: 3, of: 4 },
];
const COOLDOWNS_MS = [0, 7 * DAY_MS, 14 * DAY_MS, 28 * DAY_MS, 56 * DAY_MS];

/** Every combination that the search may try, in an order that the seed draws. */
export function settingsToTry(monitor: MonitorSpec, seed: number): readonly Settings[] {
  const shares = monitor.drift.features === null ? [null] : SHARES;
  const losses = monitor.performance === null ? [null] : LOSSES;
  const grid = shares.flatMap((shareOfColumns) =>
    losses.flatMap((worseThanShare) =>
      BREACHES.flatMap((breaches) =>
        COOLDOWNS_MS.map((cooldownMs): Settings => {
          return { shareOfColumns, worseThanShare, breaches, cooldownMs };
        }),
      ),
    ),
  );
  const order = Array.from(grid.keys());
  shuffle(order, seededRandom(seed));
  return order.flatMap((index) => grid[index] ?? []);
}

export function settingsOf({ drift, performance, respond }: MonitorSpec): Settings {
  return {
    shareOfColumns: drift.features?.shareOfColumns ?? null,
    worseThanShare: performance?.worseThanShare ?? null,
    breaches: respond.guards.breaches,
    cooldownMs: respond.guards.cooldownMs,
  };
}

export function withSettings(monitor: MonitorSpec, settings: Settings): MonitorSpec {
  const { shareOfColumns, worseThanShare, breaches, cooldownMs } = settings;
  const { drift, performance, respond } = monitor;
  return {
    ...monitor,
    drift: {
      ...drift,
      features:
        drift.features === null || shareOfColumns === null
          ? drift.features
          : { ...drift.features, shareOfColumns },
    },
    performance:
      performance === null || worseThanShare === null
        ? performance
        : { ...performance, worseThanShare },
    respond: { ...respond, guards: { ...respond.guards, breaches, cooldownMs } },
  };
}

/** As it is printed, and kept in the document. */
export function settingsDocument(settings: Settings): { readonly [name: string]: number | string } {
  const { shareOfColumns, worseThanShare, breaches, cooldownMs } = settings;
  return {
    ...(shareOfColumns !== null && { shareOfColumns }),
    ...(worseThanShare !== null && { worseThan: worseThanShare }),
    breaches: breachesText(breaches),
    cooldown: durationText(cooldownMs),
  };
}

/** The part of a monitor block that says these settings. */
export function settingsOverlay(settings: Settings): JsonObject {
  const { shareOfColumns, worseThanShare, breaches, cooldownMs } = settings;
  return {
    ...(shareOfColumns !== null && { drift: { features: { shareOfColumns } } }),
    ...(worseThanShare !== null && { performance: { worseThan: worseThanShare } }),
    respond: { guards: { breaches: breachesText(breaches), cooldown: durationText(cooldownMs) } },
  };
}

function breachesText({ count, of }: Settings['breaches']): string {
  return `${count} of ${of}`;
}

function durationText(ms: number): string {
  return ms === 0 ? '0s' : formatDurationMs(ms).replaceAll(' ', '');
}
