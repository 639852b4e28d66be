import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { isMillraceError } from '../../../contracts/index.js';
import { type OpenTable, openTable } from '../../../storage/tabular/index.js';
import { compareGroup } from '../compare-planned.js';
import { NumericSpace } from '../numeric-columns.js';
import type { LaneReport, LaneStart, LaneWork } from './lane-messages.js';

/** DuckDB streams; what a lane keeps is its own. */
const LIMITS = { threads: 1, memoryMb: 256 } as const;

/** One thread of a comparison: asks for groups of columns until there are none. */
async function runLane(port: MessagePort, { files, settings, rows }: LaneStart): Promise<void> {
  const space = new NumericSpace(rows);
  const open = <T>(path: string, use: (table: OpenTable) => Promise<T>): Promise<T> =>
    openTable(path, { format: 'parquet', limits: LIMITS }, use);
  const work = async (reference: OpenTable | null, current: OpenTable): Promise<void> => {
    tell(port, { of: 'outcomes', outcomes: [] });
    for (;;) {
      const [next] = (await once(port, 'message')) as [LaneWork];
      if (next === null) return;
      const side =
        reference === null || next.profile !== null
          ? next.profile && ({ of: 'profile', profile: next.profile } as const)
          : ({ of: 'table', table: reference } as const);
      if (side === null) return;
      const outcomes = await compareGroup(next.group, side, current, settings, space);
      tell(port, { of: 'outcomes', outcomes });
    }
  };
  await open(files.current, (current) =>
    files.reference === null
      ? work(null, current)
      : open(files.reference, (reference) => work(reference, current)),
  );
}

function tell(port: MessagePort, report: LaneReport): void {
  port.postMessage(report);
}

if (parentPort !== null) {
  const port = parentPort;
  runLane(port, workerData as LaneStart)
    .catch((error: unknown) => {
      const isKnown = isMillraceError(error);
      tell(port, {
        of: 'error',
        type: isKnown ? error.type : null,
        message: error instanceof Error ? error.message : String(error),
        hint: isKnown ? error.hint : undefined,
      });
    })
    .finally(() => port.close());
}
