import { type FrameData, splitWindows } from '../../drift/index.js';
import { takeDataRows } from '../../drift/multivariate/cap-data.js';
import type { ReferenceRows, WantedColumn } from '../reference/reference-rows.js';
import { evenPlaces } from '../window-rows.js';

/** Windows of the reference that are compared with the rest of it; of more, so many at even steps. */
const MOST_WINDOWS = 16;

/** Rows of the whole reference for each that is compared at once: enough to leave a window out. */
const POOLED = 4;

/** A part of the reference's rows: some of the whole, and some of each of its windows. */
export interface SampledReference {
  readonly all: FrameData;
  readonly windows: readonly {
    readonly window: FrameData;
    /** Of the whole, without that window. */
    readonly rest: FrameData;
  }[];
}

/**
 * Reads at most (16 + 4) · `rows` rows of a reference, each column once.
 *
 * @param rows - of each window, at most
 */
export async function sampleReference(
  reference: ReferenceRows,
  columns: readonly WantedColumn[],
  { everyMs, minRows }: { readonly everyMs: number; readonly minRows: number },
  rows: number,
): Promise<SampledReference> {
  const split = splitWindows(await reference.times(), reference.rows, everyMs, minRows);
  const byWindow = new Map<number, number[]>();
  split.calibrating.forEach((window, place) => {
    if (window === -1) return;
    const places = byWindow.get(window);
    if (places === undefined) byWindow.set(window, [place]);
    else places.push(place);
  });
  const found = [...byWindow].sort(([a], [b]) => a - b);
  const chosen = evenPlaces(found.length, MOST_WINDOWS).flatMap((at) => {
    const [window, places] = found[at] ?? [-1, []];
    return [{ window, places: evenPlaces(places.length, rows).map((i) => places[i] ?? 0) }];
  });
  const pool = evenPlaces(reference.rows, POOLED * rows);
  const read = [...new Set([...pool, ...chosen.flatMap(({ places }) => places)])].sort(
    (a, b) => a - b,
  );
  const frame = await reference.at(read).frame(columns);
  const at = new Map(read.map((place, index) => [place, index]));
  const taken = (places: readonly number[]) =>
    takeDataRows(
      frame,
      places.map((place) => at.get(place) ?? 0),
    );
  return {
    all: taken(pool),
    windows: chosen.map(({ window, places }) => ({
      window: taken(places),
      rest: taken(pool.filter((place) => split.calibrating[place] !== window)),
    })),
  };
}
