const MASK = '[masked]';

/** Deeper than this, and longer than this, a logged value is cut. */
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;

/** Values of secret variables shorter than this are too common as words to be masked in text. */
const MIN_SECRET_LENGTH = 6;

const SECRET_NAME =
  /passw(or)?d|passphrase|pwd$|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|encryption[-_]?key|authorization|^(proxy-)?auth$|credential|cookie|connection[-_]?string/i;

/** Where a shell stands and stood: no passwords, though named like them. */
const DIRECTORIES: readonly string[] = ['PWD', 'OLDPWD'];

/** Secrets that are recognised by the text around them: `Bearer …`, `scheme://user:…@`, `token=…`. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  // A key of the gateway, of which the id may be told; then a token of three parts.
  [/\bmlr_([0-9a-f]{12})_[\w-]{8,}/g, `mlr_$1_${MASK}`],
  [/\beyJ[\w-]{8,4096}\.[\w-]{8,4096}\.[\w-]{8,4096}/g, MASK],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*):[^\s/@"']+@/gi, `$1:${MASK}@`],
  [
    /\b((?:[\w-]*(?:password|passwd|secret|token|api[-_]?key|access[-_]?key))["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
    `$1${MASK}`,
  ],
];

/** Takes secrets out of what is logged. */
export interface Masker {
  text(text: string): string;
  /** A plain copy: errors, dates, maps and class instances become what JSON can hold. */
  fields(fields: object): Record<string, unknown>;
}

/**
 * Masks by name (`password`, `token`, `apiKey`, `authorization`, … at any depth up to 8) and by
 * value: what the environment holds under such a name is masked wherever it appears.
 *
 * @param environment - the variables of the process, read once
 * @example createMasker({ DB_PASSWORD: 'hunter2' }).text('login hunter2'); // 'login [masked]'
 */
export function createMasker(environment: Readonly<Record<string, string | undefined>>): Masker {
  const secrets = Object.entries(environment)
    .filter(([name]) => !DIRECTORIES.includes(name))
    .flatMap(([name, value]) => (SECRET_NAME.test(name) && value !== undefined ? [value] : []))
    .filter((value) => value.length >= MIN_SECRET_LENGTH)
    // A secret that contains another one is masked as a whole.
    .sort((a, b) => b.length - a.length);

  function text(raw: string): string {
    let masked = raw;
    for (const secret of secrets) masked = masked.replaceAll(secret, MASK);
    for (const [pattern, replacement] of SECRET_TEXT) masked = masked.replace(pattern, replacement);
    return masked;
  }

  function copy(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Date) return Number.isNaN(value.valueOf()) ? null : value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (depth >= MAX_DEPTH) return '[too deep]';
    if (value instanceof Error) return entries(errorFields(value), depth);
    if (value instanceof Map) return entries([...value], depth);
    if (Array.isArray(value) || value instanceof Set) return items([...value], depth);
    return entries(Object.entries(value), depth);
  }

  function items(list: readonly unknown[], depth: number): unknown[] {
    const kept = list.slice(0, MAX_ITEMS).map((item) => copy(item, depth + 1));
    return list.length > MAX_ITEMS ? [...kept, `[${list.length - MAX_ITEMS} more]`] : kept;
  }

  function entries(
    pairs: readonly (readonly [unknown, unknown])[],
    depth: number,
  ): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const [key, value] of pairs.slice(0, MAX_ITEMS)) {
      const name = String(key);
      // `__proto__` assigned would be lost; nobody needs it in a log.
      if (name === '__proto__' || typeof value === 'function') continue;
      result[name] = isSecret(name, value) ? MASK : copy(value, depth + 1);
    }
    return result;
  }

  return { text, fields: (fields) => entries(Object.entries(fields), 0) };
}

/** A flag or the absence of a secret is no secret. */
function isSecret(name: string, value: unknown): boolean {
  return (
    SECRET_NAME.test(name) &&
    value !== null &&
    value !== undefined &&
    value !== true &&
    value !== false
  );
}

function errorFields(error: Error): [string, unknown][] {
  const { message, stack, cause, ...own } = error as Error & Record<string, unknown>;
  const fields: [string, unknown][] = [
    ...Object.entries(own),
    ['name', error.name],
    ['message', message],
    ['stack', stack],
  ];
  if (cause !== undefined) fields.push(['cause', cause]);
  return fields;
}
