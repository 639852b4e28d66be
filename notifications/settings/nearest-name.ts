import { closest, distance } from 'fastest-levenshtein';

/** The known name that was probably meant, or `null` when none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (known.length === 0 || name.length > 200) return null;
  const best = closest(name, [...known]);
  const edits = distance(name.toLowerCase(), best.toLowerCase());
  return edits <= Math.max(1, Math.floor(name.length / 3)) ? best : null;
}
