import type { PlanStep } from '../../contracts/index.js';

type GraphStep = Pick<PlanStep, 'id' | 'needs'>;

/**
 * The lines that join the steps of a plan, one row a step in the plan's order: every step that others
 * need opens a lane, which runs down to the last of them.
 *
 * @param steps - in topological order
 * @returns what stands before each step's name
 * @example
 * // a → b, a → c, b and c → d
 * graphGutters(steps); // a '●  ', b '│ ● ', c '● │ ' joined as '●─┤', …
 */
export function graphGutters(steps: readonly GraphStep[]): ReadonlyMap<string, string> {
  const open = new Map(steps.map(({ id }) => [id, dependants(id, steps)]));
  const lanes: (string | null)[] = [];
  const rows: { readonly id: string; readonly cells: readonly string[] }[] = [];
  for (const { id, needs } of steps) {
    for (const need of needs) open.set(need, (open.get(need) ?? 1) - 1);
    const ends = (lane: string | null) => lane !== null && (open.get(lane) ?? 0) === 0;
    const feeding = lanes.flatMap((lane, at) =>
      lane !== null && needs.includes(lane) ? [at] : [],
    );
    // A step goes on in the lane of a step that nothing else needs, else in one of its own.
    const own = feeding.find((at) => ends(lanes[at] ?? null)) ?? freeLane(lanes);
    rows.push({ id, cells: rowOf(lanes, feeding, own, ends) });
    for (const at of feeding) if (ends(lanes[at] ?? null)) lanes[at] = null;
    lanes[own] = (open.get(id) ?? 0) > 0 ? id : null;
    while (lanes.length > 0 && lanes.at(-1) === null) lanes.pop();
  }
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length));
  return new Map(rows.map(({ id, cells }) => [id, cells.join('').padEnd(width)]));
}

function dependants(id: string, steps: readonly GraphStep[]): number {
  return steps.filter(({ needs }) => needs.includes(id)).length;
}

function freeLane(lanes: readonly (string | null)[]): number {
  const free = lanes.indexOf(null);
  return free === -1 ? lanes.length : free;
}

/** Two characters a lane: what stands in it, and what joins it with the next. */
function rowOf(
  lanes: readonly (string | null)[],
  feeding: readonly number[],
  own: number,
  ends: (lane: string | null) => boolean,
): readonly string[] {
  const joined = [...feeding, own];
  const [first, last] = [Math.min(...joined), Math.max(...joined)];
  const cells: string[] = [];
  for (let at = 0; at < Math.max(lanes.length, own + 1); at += 1) {
    const lane = lanes[at] ?? null;
    const crosses = at > first && at < last;
    let mark = ' ';
    if (at === own) mark = '●';
    else if (feeding.includes(at)) mark = feedMark(ends(lane), at === first, at === last);
    else if (lane !== null) mark = crosses ? '┼' : '│';
    else if (crosses) mark = '─';
    cells.push(mark, at >= first && at < last ? '─' : ' ');
  }
  return cells;
}

/** How a lane turns towards the step that it feeds. */
function feedMark(ends: boolean, isFirst: boolean, isLast: boolean): string {
  if (isFirst) return ends ? '╰' : '├';
  if (isLast) return ends ? '╯' : '┤';
  return ends ? '┴' : '┼';
}
