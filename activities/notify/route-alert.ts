import { type Alert, type AlertRoute, isAtLeast, type NotifySpec } from '../../contracts/index.js';
import { type Channels, channelsPath, gathers, readChannels } from '../../notifications/index.js';
import type { ActivityDeps } from '../deps.js';
import { deliveryOf } from './delivery.js';

type RoutingDeps = Pick<ActivityDeps, 'home' | 'registry' | 'logger'>;

/** Told where a monitor names no channel of its own. */
const DEFAULT_CHANNEL = 'default';
const GROUP_KEPT = 1_000;

/**
 * Where an alert goes: to the response's own channels, and to those of the monitor's `notify` whose
 * least severity it reaches; without `notify`, to the channel `default`. What is over is told to
 * whoever was told that it began. An alert that goes nowhere is in the worker's log and in
 * `millrace alerts` all the same.
 */
export function routeAlert(deps: RoutingDeps) {
  return async ({ alert }: { alert: Alert }): Promise<readonly AlertRoute[]> => {
    const channels = await readableChannels(deps);
    const notify = await notifyOf(deps, alert.model);
    const names =
      alert.status === 'resolved'
        ? await toldThatItBegan(deps, alert.group)
        : namesOf(alert, notify, channels);
    if (names.length === 0 && alert.status !== 'resolved') await keepInLog(deps, alert);
    const settled = await settledChannels(deps, alert.key);
    return names
      .filter((name) => !settled.has(name))
      .map((name) => {
        const channel = channels?.byName.get(name);
        return {
          channel: name,
          gatherMs: channel !== undefined && gathers(channel) ? (channels?.gatherMs ?? 0) : 0,
          repeatMs: notify?.find((entry) => entry.channel === name)?.repeatMs ?? null,
        };
      });
  };
}

function namesOf(
  alert: Alert,
  notify: readonly NotifySpec[] | null,
  channels: Channels | null,
): readonly string[] {
  const chosen = (notify ?? []).filter(({ severity = 'warning' }) =>
    isAtLeast(alert.severity, severity),
  );
  const names = new Set([...alert.channels, ...chosen.map(({ channel }) => channel)]);
  if (names.size === 0 && notify === null && channels?.byName.has(DEFAULT_CHANNEL) === true) {
    return [DEFAULT_CHANNEL];
  }
  return [...names];
}

/** Those of the champion's monitor; of the newest version where none serves. */
async function notifyOf(
  { registry }: RoutingDeps,
  model: string,
): Promise<readonly NotifySpec[] | null> {
  const champion = await registry.champion(model);
  const version =
    champion === null
      ? (await registry.versions(model)).at(-1)
      : await registry.version(model, champion.version);
  const notify = version?.monitor?.notify;
  return notify === undefined || notify.length === 0 ? null : notify;
}

/** A file that cannot be read holds nothing back: sending tries again until it is mended. */
async function readableChannels({ home, logger }: RoutingDeps): Promise<Channels | null> {
  try {
    return await readChannels(channelsPath(home.root));
  } catch (error) {
    logger.error({ err: error }, 'the channels of alerts cannot be read');
    return null;
  }
}

/** Channels that got `firing` in this group and no end of it since. */
async function toldThatItBegan(
  { registry }: RoutingDeps,
  group: string,
): Promise<readonly string[]> {
  const newestFirst = await registry.alertDeliveries({ group, limit: GROUP_KEPT });
  const last = new Map<string, string>();
  for (const { channel, status, alert } of newestFirst) {
    if (status !== 'delivered' || alert === 'notice' || last.has(channel)) continue;
    last.set(channel, alert);
  }
  return [...last].flatMap(([channel, alert]) => (alert === 'firing' ? [channel] : []));
}

/** Where an alert of this key has come to its end: raised again, it is not told again. */
async function settledChannels({ registry }: RoutingDeps, key: string): Promise<Set<string>> {
  const before = await registry.alertDeliveries({ key });
  const settled = before.filter(({ status }) => status === 'delivered' || status === 'failed');
  return new Set(settled.map(({ channel }) => channel));
}

async function keepInLog({ registry, logger }: RoutingDeps, alert: Alert): Promise<void> {
  const { model, title, ...told } = alert;
  logger.warn({ model, alert: told }, `alert: ${title}`);
  const detail = `no channel takes ${alert.severity} alerts of ${model}; it is in the worker's log`;
  await registry.recordAlertDelivery(
    deliveryOf({ alert, repeat: 0 }, '', { status: 'logged', detail, sent: null }),
  );
}
