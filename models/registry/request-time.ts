import { formatEventTime, type TimeWindow } from '../../contracts/index.js';
import type { RegistryReader } from './ports.js';

/** As many windows may pass before the last decided one belongs to replayed history. */
const WINDOWS_BEHIND = 4;

/**
 * Event time of a request that names none: now; for a model whose monitor lives in the past, because
 * history is replayed to it, the end of the last window that it decided. Never before the champion's
 * own time.
 */
export async function requestTime(
  registry: Pick<RegistryReader, 'decisions'>,
  model: string,
  champion: { readonly sinceAsOf: string } | null,
): Promise<string> {
  const [last] = await registry.decisions(model, 1);
  const since = champion === null ? 0 : Date.parse(champion.sinceAsOf);
  return formatEventTime(Math.max(since, last === undefined ? Date.now() : clockOf(last.window)));
}

function clockOf({ start, end }: TimeWindow): number {
  const endMs = Date.parse(end);
  const behindMs = WINDOWS_BEHIND * (endMs - Date.parse(start));
  return Date.now() - endMs > behindMs ? endMs : Date.now();
}
