import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name that was probably meant, or `null` when none is near.
 *
 * @example nearest('souce', ['source', 'format']); // 'source'
 */
export function nearest(name: string, known: readonly string[]): string | null {
  if (known.length === 0 || name.length > 200) return null;
  const plain = name.toLowerCase().replaceAll(/[-_ ]/g, '');
  const same = known.find((item) => item.toLowerCase().replaceAll(/[-_ ]/g, '') === plain);
  if (same !== undefined) return same;
  const best = closest(name, [...known]);
  const edits = distance(name, best);
  // As many edits as letters: nothing of the name is left.
  if (edits >= Math.max(name.length, best.length)) return null;
  return edits <= Math.max(2, Math.ceil(name.length / 3)) ? best : null;
}

/** `did you mean X?`, or the list of what there is. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  if (near !== null) return `did you mean ${near}?`;
  if (known.length === 0) return undefined;
  const shown = known.slice(0, 12).join(', ');
  return `known: ${shown}${known.length > 12 ? ', …' : ''}`;
}
