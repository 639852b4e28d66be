import { closest, distance } from 'fastest-levenshtein';

/** Letters by which the only name that begins with them is meant. */
const BEGINNING = 3;
/** Names that a list may have before it is cut. */
const LISTED = 24;

/** Names that one is compared with: of more, the first. A file of thousands has many errors, too. */
const COMPARED = 2_000;

/**
 * The known name that was probably meant, or `null` when none is near.
 *
 * @example nearest('souce', ['source', 'format']); // 'source'
 * @example nearest('medain', ['mean', 'median']); // 'median'
 * @example nearest('kolmogorov', ['kolmogorov-smirnov', 't-test']); // 'kolmogorov-smirnov'
 */
export function nearest(name: string, names: readonly string[]): string | null {
  if (names.length === 0 || name.length > 200) return null;
  const known = names.slice(0, COMPARED);
  const plain = name.toLowerCase().replaceAll(/[-_ ]/g, '');
  const same = known.find((item) => item.toLowerCase().replaceAll(/[-_ ]/g, '') === plain);
  if (same !== undefined) return same;
  const begun = known.filter((item) => item.toLowerCase().startsWith(name.toLowerCase()));
  if (begun.length === 1 && name.length >= BEGINNING) return begun[0] ?? null;
  // Two letters that changed places are one slip, though two edits.
  const letters = sorted(name);
  const best = known.find((item) => sorted(item) === letters) ?? closest(name, [...known]);
  const edits = distance(name, best);
  // As many edits as letters: nothing of the name is left.
  if (edits >= Math.max(name.length, best.length)) return null;
  return edits <= Math.max(2, Math.ceil(name.length / 3)) ? best : null;
}

function sorted(text: string): string {
  return [...text].sort().join('');
}

/** `did you mean X?`, or the list of what there is. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  if (near !== null) return `did you mean ${near}?`;
  if (known.length === 0) return undefined;
  const shown = known.slice(0, LISTED).join(', ');
  return `known: ${shown}${known.length > LISTED ? ', …' : ''}`;
}
