import type { MonitorSpec } from '../../../../contracts/index.js';
import { defineSection, required } from '../card-section.js';
import { code, facts } from '../markdown.js';

interface Monitoring {
  /** The monitor block as it was compiled; `null` without one. */
  readonly monitor: MonitorSpec | null;
}

/** How it is watched once it serves. */
export const monitoring = defineSection<Monitoring>({
  id: 'monitoring',
  title: 'Monitoring',
  read: ({ record: { monitor } }) => ({
    content: { monitor },
    missing: [required(monitor === null, 'a monitor block (`monitor`)')],
  }),
  markdown: ({ monitor }) =>
    monitor === null
      ? []
      : facts([
          ['Window', `${monitor.window.everyMs / 3_600_000} h of ${code(monitor.timeColumn)}`],
          [
            'Performance',
            monitor.performance === null
              ? null
              : `${monitor.performance.metric}, lost when worse by more than ${monitor.performance.worseThanShare * 100} %`,
          ],
          ['Responses', code(JSON.stringify(monitor.respond))],
        ]),
});
