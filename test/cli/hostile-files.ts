const HEAD = 'apiVersion: millrace/v1\nname: hostile\n';
const STEPS = 'steps:\n  a: {uses: noop}\n';

function times(count: number, line: (index: number) => string, between = '\n'): string {
  return Array.from({ length: count }, (_, index) => line(index)).join(between);
}

const letters = 'abcdefghi'.split('');

/** Each letter is nine of the one before: nine levels are 387 million values. */
const ALIAS_BOMB = letters
  .map((letter, index) => {
    const before = index === 0 ? '"x"' : `*${letters[index - 1]}`;
    return `${letter}: &${letter} [${Array(9).fill(before).join(', ')}]`;
  })
  .join('\n');

const MERGE_BOMB = letters
  .map((letter, index) => {
    const before =
      index === 0
        ? '{k: 1}'
        : `[${Array(9)
            .fill(`*${letters[index - 1]}`)
            .join(', ')}]`;
    return index === 0
      ? `${letter}: &${letter} ${before}`
      : `${letter}: &${letter} {<<: ${before}}`;
  })
  .join('\n');

/** Each template is the one before nine times over. */
const TEMPLATE_BOMB = `templates:\n  t0: {uses: noop, with: {${times(500, (index) => `k${index}: 1`, ', ')}}}\n${times(
  60,
  (index) => `  t${index + 1}: {extends: [${Array(9).fill(`t${index}`).join(', ')}]}`,
)}\nsteps: {a: {extends: t60}}\n`;

/** Pipeline files that mean harm, by what they try. Each must be refused, with its line. */
export const HOSTILE_FILES: Readonly<Record<string, string | Buffer>> = {
  'an alias bomb': `${HEAD}${ALIAS_BOMB}\n${STEPS}`,
  'an alias bomb within a step': `${HEAD}steps:\n  a:\n    uses: noop\n    with:\n${ALIAS_BOMB.replace(/^/gm, '      ')}\n`,
  'merge keys that multiply': `${HEAD}${MERGE_BOMB}\n${STEPS}`,
  'an alias to itself': `${HEAD}steps: &s {a: {uses: noop, with: *s}}\n`,
  'templates that multiply': HEAD + TEMPLATE_BOMB,
  'templates in a long chain': `${HEAD}templates:\n${times(5_000, (index) => `  t${index}: {extends: t${index + 1}}`)}\n  t5000: {uses: noop}\nsteps: {a: {extends: t0}}\n`,
  'environments without end': `${HEAD}environments: {${times(2_000, (index) => `e${index}: {}`, ', ')}}\n${STEPS}`,
  '__proto__ as a key': `${HEAD}steps:\n  a: {uses: noop, with: {__proto__: {polluted: true}}}\n`,
  '__proto__ as a template': `${HEAD}templates: {t: {uses: noop}}\nsteps: {a: {extends: __proto__}}\n`,
  '__proto__ as an environment': `${HEAD}environments: {__proto__: {params: {x: 1}}}\n${STEPS}`,
  'constructor and prototype as keys': `${HEAD}steps: {constructor: {prototype: {uses: noop}}}\n`,
  'a scalar of 10 MB': `${HEAD}steps:\n  a: {uses: noop, with: {x: "${'x'.repeat(10_000_000)}"}}\n`,
  'a key of 1 MB': `${HEAD}steps: {${'k'.repeat(1_000_000)}: {uses: noop}}\n`,
  'flow nesting 1,000 deep': `${HEAD}steps: {a: {uses: noop, with: {x: ${'['.repeat(1_000)}${']'.repeat(1_000)}}}}\n`,
  'block nesting 1,000 deep': `${HEAD}steps:\n${times(1_000, (index) => `${' '.repeat(index + 1)}k:`)} 1\n`,
  'dashes 1,000 deep': `${HEAD}x: \n${'- '.repeat(1_000)}1\n`,
  'nesting that never ends': `${HEAD}x: ${'{a: '.repeat(100_000)}`,
  'NUL bytes': `${HEAD}steps: {a: {uses: noop, with: {x: "a\0b"}}}\n`,
  'nothing but NUL bytes': Buffer.alloc(500_000),
  'bytes that are no text': Buffer.from(
    times(5_000, () => '\u00ff\u00fe', ''),
    'latin1',
  ),
  'a !!js/function tag': `${HEAD}steps: {a: {uses: noop, with: {x: !!js/function 'function () { return 1 }'}}}\n`,
  'a !!python/object tag': `${HEAD}steps: {a: {uses: noop, with: {x: !!python/object/apply:os.system ["id"]}}}\n`,
  'a huge matrix': `${HEAD}steps:\n  a:\n    uses: noop\n    matrix: {${times(9, (axis) => `x${axis}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]`, ', ')}}\n`,
  'a matrix of one long axis': `${HEAD}steps: {a: {uses: noop, matrix: {x: [${times(60_000, String, ',')}]}}}\n`,
  'matrices that are excluded again and again': `${HEAD}steps:\n${times(40, (step) => `  s${step}: {uses: noop, matrix: {a: [${times(100, String, ',')}], b: [${times(100, String, ',')}], exclude: [${times(90, (index) => `{a: ${index}, b: ${index}}`, ', ')}]}}`)}\n`,
  'a matrix with thousands of exclusions': `${HEAD}steps: {s: {uses: noop, matrix: {${times(13, (axis) => `x${axis}: [0, 1]`, ', ')}, exclude: [${times(4_000, (index) => `{${times(12, (bit) => `x${(index >> bit) & 1 ? bit : 12}: ${bit & 1}`, ', ')}}`, ', ')}]}}}\n`,
  'items asked for again and again': `${HEAD}steps:\n  wide: {uses: noop, matrix: {a: [${times(100, String, ',')}], b: [${times(100, String, ',')}]}}\n${times(300, (step) => `  s${step}: {uses: noop, with: {x: "\${steps.wide[a=${step % 100},b=200].x}"}}`)}\n`,
  'a million commas': `[${','.repeat(1_000_000)}]`,
  'a quote that never ends': `${HEAD}x: "${'a\\n'.repeat(300_000)}`,
  'anchors without end': `${HEAD}${times(40_000, (index) => `k${index}: &a${index} 1`)}\n`,
  'the same key again and again': `${HEAD}steps: {${times(30_000, () => 'a: 1', ', ')}}\n`,
  'an expression 10,000 deep': `${HEAD}steps: {a: {uses: noop, if: "${'('.repeat(10_000)}1${')'.repeat(10_000)} > 0"}}\n`,
  'an expression of 500 KB': `${HEAD}steps: {a: {uses: noop, if: "1${' + 1'.repeat(125_000)} > 0"}}\n`,
  'a macro that multiplies itself': `${HEAD}steps: {a: {uses: noop, if: "[1,2].all(a, [1,2].all(b, ${'[1,2].all(c, '.repeat(80)}true${')'.repeat(82)}"}}\n`,
  'a cycle of 5,000 steps': `${HEAD}steps:\n${times(5_000, (index) => `  s${index}: {uses: noop, needs: [s${(index + 1) % 5_000}]}`)}\n`,
};
