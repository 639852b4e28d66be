import type { OpenTable } from '../../storage/tabular/index.js';
import type { DataProfile } from '../drift/index.js';
import type { PlannedColumn } from './column-plan.js';
import { type ColumnGroup, compareGroup, groupColumns } from './compare-planned.js';
import type { ColumnOutcome, CompareSettings, ReferenceSide } from './compare-settings.js';
import type { LaneFiles } from './lanes/lane-messages.js';
import { laneProgram, runLanes } from './lanes/lanes.js';
import { NumericSpace } from './numeric-columns.js';

export interface TablesToCompare {
  readonly reference: ReferenceSide;
  readonly current: OpenTable;
  readonly planned: readonly PlannedColumn[];
  /** Most rows of a side. */
  readonly rows: number;
  /** What further threads open; `null` where text would be parsed again in each. */
  readonly files: LaneFiles | null;
}

/** Values of both sides together from which further threads pay for their start. */
const LANES_FROM = 20_000_000;

/**
 * Compares planned columns, group after group; big tables in several threads, each of which reads
 * the files for itself.
 *
 * @param onProgress - told the share of the columns that are done
 * @returns one outcome a column, in their order
 */
export async function compareTables(
  { reference, current, planned, rows, files }: TablesToCompare,
  settings: CompareSettings,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<readonly ColumnOutcome[]> {
  const groups = groupColumns(planned);
  const found = new Map<string, ColumnOutcome>();
  const take = (outcomes: readonly ColumnOutcome[]) => {
    for (const outcome of outcomes) found.set(outcome.compared.name, outcome);
    onProgress(found.size / planned.length);
  };
  const program = rows * planned.length < LANES_FROM ? null : laneProgram();
  if (files !== null && program !== null) {
    const work = groups.map((group) => ({ group, profile: profileOf(reference, group) }));
    await runLanes(program, { files, settings, rows }, work, take, signal);
  } else {
    const space = new NumericSpace(rows);
    for (const group of groups) {
      signal?.throwIfAborted();
      take(await compareGroup(group, reference, current, settings, space));
    }
  }
  return planned.flatMap(({ name }) => found.get(name) ?? []);
}

/** What a profile says of the columns of a group; `null` where the reference is data. */
function profileOf(reference: ReferenceSide, group: ColumnGroup): DataProfile | null {
  if (reference.of === 'table') return null;
  const names = new Set(group.columns.map(({ name }) => name));
  const { profile } = reference;
  return { ...profile, columns: profile.columns.filter(({ name }) => names.has(name)) };
}
