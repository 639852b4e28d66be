/** What one call of MLflow's `runs/log-batch` takes: all together, and of params and tags. */
export const BATCH = { items: 1_000, params: 100, tags: 100 } as const;

/** Longest texts that MLflow takes, in characters. */
export const LONGEST = { name: 250, param: 6_000, tag: 5_000, description: 5_000 } as const;

/**
 * A name that MLflow takes for a param, a metric or a tag: letters of any script, digits, `_-. :/`,
 * and no way upwards.
 *
 * @example mlflowName('größe (m²)/a'); // 'größe _m²_/a'
 */
export function mlflowName(text: string): string {
  const allowed = text
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}_\-. :/]/gu, '_')
    .split('/')
    .map((part) => (/^\.*$/.test(part) ? part.replaceAll('.', '_') : part))
    .filter((part) => part !== '')
    .join('/');
  return allowed === '' ? '_' : clipped(allowed, LONGEST.name);
}

/** The text, or its beginning with three dots where it is too long. */
export function clipped(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest - 1);
  // Never half of a surrogate pair.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** The items in lists of at most `size`. */
export function chunked<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const chunks: Item[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
