import { distance } from 'fastest-levenshtein';

/**
 * The name that was probably meant.
 *
 * @returns the nearest of `names` within a third of the word's length (at least two edits);
 * `null` when none is that near
 */
export function nearest(word: string, names: readonly string[]): string | null {
  const allowed = Math.max(2, Math.floor(word.length / 3));
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const name of names) {
    const edits = distance(word.toLowerCase(), name.toLowerCase());
    if (edits < bestDistance) {
      best = name;
      bestDistance = edits;
    }
  }
  return best;
}

/** `did you mean NAME?`, or what there is, or `undefined` where there is nothing. */
export function nearestHint(word: string, names: readonly string[]): string | undefined {
  const meant = nearest(word, names);
  if (meant !== null) return `did you mean ${meant}?`;
  if (names.length === 0) return undefined;
  const listed = names.slice(0, 8).join(', ');
  return `there is: ${listed}${names.length > 8 ? `, … (${names.length} in all)` : ''}`;
}
