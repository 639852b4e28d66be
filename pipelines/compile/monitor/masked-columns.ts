import type { MonitorSpec } from '../../../contracts/index.js';
import type { ServeSource } from '../../schema/serve-schema.js';

/** The monitor knows which columns it sees nothing of, because the log masks them. */
export function withoutMasked(
  monitor: MonitorSpec | null,
  serve: ServeSource | undefined,
): MonitorSpec | null {
  const masked = Object.keys(serve?.log?.columns ?? {});
  return monitor === null || masked.length === 0 ? monitor : { ...monitor, masked };
}

/** Said where the file is checked: who looks for the drift of such a column looks in vain. */
export function maskedWarnings(monitor: MonitorSpec | null): readonly string[] {
  const masked = monitor?.masked ?? [];
  return masked.length === 0
    ? []
    : [
        `monitor does not watch ${masked.join(', ')}: serve.log.columns masks ${masked.length === 1 ? 'it' : 'them'}, so the prediction log has no values to compare`,
      ];
}
