const COLOURS: Readonly<Record<string, string>> = {
  trace: '\u001b[90m',
  debug: '\u001b[90m',
  info: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};
const DIM = '\u001b[2m';
const RESET = '\u001b[0m';

const HEADER = new Set([
  'level',
  'time',
  'pid',
  'room',
  'msg',
  'err',
  'model',
  'version',
  'step',
  'attempt',
]);

/**
 * Writes one JSON log line the way a person reads it: time, level, room, message, then the fields;
 * an error's stack follows on lines of its own. Control characters are shown, not obeyed.
 *
 * @param line - what pino wrote; a line that is not JSON comes back as it is
 * @returns text that ends with a line break
 * @example prettyLine('{"level":"info","time":"2024-01-01T10:00:00.000Z","room":"gateway","msg":"up"}', false);
 * // '10:00:00.000 INFO  gateway up\n'
 */
export function prettyLine(line: string, colours: boolean): string {
  const record = parse(line);
  if (record === null) return line.endsWith('\n') ? line : `${line}\n`;
  const level = String(record['level'] ?? 'info');
  const paint = (text: string, colour: string) => (colours ? `${colour}${text}${RESET}` : text);
  const head = [
    paint(timeOfDay(record['time']), DIM),
    paint(level.toUpperCase().padEnd(5), COLOURS[level] ?? ''),
    visible(String(record['room'] ?? '')),
    visible(String(record['msg'] ?? '')),
  ];
  const fields = [...subject(record), ...rest(record)].map((field) => paint(field, DIM));
  const text = [...head, ...fields].filter((part) => part !== '').join(' ');
  return `${text}\n${errorLines(record['err'])}`;
}

/** Model and version, step and attempt, each pair as one word. */
function subject(record: Readonly<Record<string, unknown>>): string[] {
  return (
    [
      ['model', 'version', '@'],
      ['step', 'attempt', '#'],
    ] as const
  ).flatMap(([name, detail, mark]) => {
    const [value, number] = [record[name], record[detail]];
    if (value === undefined) return number === undefined ? [] : [`${detail}=${plain(number)}`];
    return [`${name}=${plain(value)}${number === undefined ? '' : `${mark}${plain(number)}`}`];
  });
}

function rest(record: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(record)
    .filter(([name]) => !HEADER.has(name))
    .map(([name, value]) => `${visible(name)}=${plain(value)}`);
}

function errorLines(error: unknown): string {
  if (error === undefined) return '';
  const fields = typeof error === 'object' && error !== null ? error : { message: error };
  const { stack, message, hint } = fields as Readonly<Record<string, unknown>>;
  const lines = String(stack ?? message ?? JSON.stringify(error)).split('\n');
  if (typeof hint === 'string') lines.push(`hint: ${hint}`);
  return lines.map((line) => `    ${visible(line.trimEnd())}\n`).join('');
}

function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) || typeof value !== 'string'
    ? visible(text)
    : JSON.stringify(text);
}

/** Names and data are others' words: they must not move the cursor or forge a line. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to show
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0);
    return character === '\n' ? '\\n' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function timeOfDay(time: unknown): string {
  return typeof time === 'string' ? time.slice(11, 23) : '';
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
