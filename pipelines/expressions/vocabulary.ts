/**
 * What an expression may call. CEL has more; left out is what could hang (`matches`), depends on the
 * machine (named time zones) or has no JSON form (bytes, unsigned integers).
 */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  'has',
  'size',
  'int',
  'double',
  'string',
  'bool',
  'dyn',
  'timestamp',
  'duration',
]);

/** Method name → how many arguments it may have. */
export const METHODS: ReadonlyMap<string, readonly number[]> = new Map([
  ['size', [0]],
  ['startsWith', [1]],
  ['endsWith', [1]],
  ['contains', [1]],
  ['lowerAscii', [0]],
  ['upperAscii', [0]],
  ['trim', [0]],
  ['indexOf', [1, 2]],
  ['lastIndexOf', [1, 2]],
  ['substring', [1, 2]],
  ['split', [1, 2]],
  ['join', [0, 1]],
  ['all', [2]],
  ['exists', [2]],
  ['exists_one', [2]],
  ['map', [2, 3]],
  ['filter', [2]],
  ['getFullYear', [0]],
  ['getMonth', [0]],
  ['getDate', [0]],
  ['getDayOfMonth', [0]],
  ['getDayOfWeek', [0]],
  ['getHours', [0]],
  ['getMinutes', [0]],
  ['getSeconds', [0]],
  ['getMilliseconds', [0]],
]);

/** Methods that bind their first argument as a variable for each element. */
export const COMPREHENSIONS: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'map',
  'filter',
]);

/** Functions and methods whose result CEL counts as an integer. */
export const COUNTING: ReadonlySet<string> = new Set(['size', 'indexOf', 'lastIndexOf']);

/** Method name → positions of arguments that CEL takes as integers. */
export const INTEGER_ARGUMENTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['substring', [0, 1]],
  ['indexOf', [1]],
  ['lastIndexOf', [1]],
  ['split', [1]],
]);

/** CEL's function → ours in {@link createEnvironment}. */
export const REPLACED: ReadonlyMap<string, string> = new Map([
  ['int', 'mrInt'],
  ['double', 'mrDouble'],
  ['timestamp', 'mrTimestamp'],
  ['duration', 'mrDuration'],
]);
