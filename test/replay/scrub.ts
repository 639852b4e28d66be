type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Fields whose content is of the machine that recorded and means nothing to a replay. */
const FIXED: Readonly<Record<string, string>> = {
  identity: 'worker',
  stackTrace: '',
  binaryChecksum: '',
  buildId: '',
};

/**
 * A history without what is of one machine or one person: process ids, host names and directories,
 * in the events and inside their payloads. It replays as before: workflows see none of it.
 *
 * @param text - a history as `historyToJSON` writes it
 * @param places - texts to replace and what to put there, such as a temporary directory
 */
export function scrub(text: string, places: ReadonlyMap<string, string>): string {
  const replaced = (value: string): string => {
    let result = value;
    for (const [found, instead] of places) result = result.replaceAll(found, instead);
    return result;
  };
  const clean = (value: Json, key: string): Json => {
    if (typeof value === 'string') {
      const fixed = FIXED[key];
      if (fixed !== undefined) return fixed;
      if (key !== 'data') return replaced(value);
      const payload = Buffer.from(value, 'base64').toString('utf8');
      return Buffer.from(replaced(payload)).toString('base64');
    }
    if (Array.isArray(value)) return value.map((item) => clean(item, key));
    if (typeof value !== 'object' || value === null) return value;
    if (value['kind'] === 'TASK_QUEUE_KIND_STICKY') return { ...value, name: 'sticky' };
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, clean(item, name)]),
    );
  };
  return `${JSON.stringify(clean(JSON.parse(text) as Json, ''))}\n`;
}
