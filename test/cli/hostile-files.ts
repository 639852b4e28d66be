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

/** A search that means harm. */
function tune(space: string, more = ''): string {
  return `${HEAD}steps:\n  a: {uses: tune, with: {metric: m, ${more}step: {uses: noop}, space: {${space}}}}\n`;
}

/** Pipeline files that mean harm, by what they try. Each must be refused, with its line. */
export const HOSTILE_FILES: Readonly<Record<string, string | Buffer>> = {
  'an alias bomb': `${HEAD}${ALIAS_BOMB}\n${STEPS}`,
  'an alias bomb within a step': `${HEAD}steps:\n  a:\n    uses: noop\n    with:\n${ALIAS_BOMB.replace(/^/gm, '      ')}\n`,
  'merge keys that multiply': `${HEAD}${MERGE_BOMB}\n${STEPS}`,
  'an alias to itself': `${HEAD}steps: &s {a: {uses: noop, with: *s}}\n`,
  'templates that multiply': HEAD + TEMPLATE_BOMB,
  'templates in a long chain': `${HEAD}templates:\n${times(5_000, (index) => `  t${index}: {extends: t${index + 1}}`)}\n  t5000: {uses: noop}\nsteps: {a: {extends: t0}}\n`,
  'environments without end': `${HEAD}environments: {${times(2_000, (index) => `e${index}: {}`, ', ')}}\n${STEPS}`,
  'environments of thousands of steps': `${HEAD}environments: {${times(16, (index) => `e${index}: {params: {p: ${index}}}`, ', ')}}\nparams: {p: {type: integer, default: 1}}\nsteps:\n${times(3_000, (index) => `  s${index}: {uses: noop, with: {p: "\${params.p}"}}`)}\n`,
  '__proto__ as a key': `${HEAD}steps:\n  a: {uses: noop, with: {__proto__: {polluted: true}}}\n`,
  '__proto__ as a template': `${HEAD}templates: {t: {uses: noop}}\nsteps: {a: {extends: __proto__}}\n`,
  '__proto__ as an environment': `${HEAD}environments: {__proto__: {params: {x: 1}}}\n${STEPS}`,
  'constructor and prototype as keys': `${HEAD}steps: {constructor: {prototype: {uses: noop}}}\n`,
  'a scalar of 10 MB': `${HEAD}steps:\n  a: {uses: noop, with: {x: "${'x'.repeat(10_000_000)}"}}\n`,
  'a key of 1 MB': `${HEAD}steps: {${'k'.repeat(1_000_000)}: {uses: noop}}\n`,
  'a name of 900 KB that is asked for': `${HEAD}steps: {a: {uses: noop, needs: ${'n'.repeat(900_000)}}}\n`,
  'an alias of 900 KB that is not there': `${HEAD}steps: {a: *${'n'.repeat(900_000)} }\n`,
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
  'a matrix of 10^12 combinations': `${HEAD}steps: {a: {uses: noop, matrix: {${times(12, (axis) => `x${axis}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]`, ', ')}}}}\n`,
  'a matrix of a million values': `${HEAD}steps: {a: {uses: noop, matrix: {x: [${times(1_000_000, String, ',')}]}}}\n`,
  'a matrix with 100,000 exclusions': `${HEAD}steps: {a: {uses: noop, matrix: {x: [${times(100, String, ',')}], exclude: [${times(100_000, (index) => `{x: ${index % 100}}`, ', ')}]}}}\n`,
  'a matrix with 100,000 inclusions': `${HEAD}steps: {a: {uses: noop, matrix: {x: [1], include: [${times(100_000, (index) => `{x: 1, y: ${index}}`, ', ')}]}}}\n`,
  'a matrix with 8,000 keys in each of 9,000 items': `${HEAD}steps: {a: {uses: noop, matrix: {a: [${times(9_000, String, ',')}], include: [{${times(8_000, (index) => `k${index}: 1`, ', ')}}]}}, b: {uses: noop, with: {x: "\${steps.a[a=1].metrics.m}"}}}\n`,
  'exclusions of values that are not there': `${HEAD}steps: {a: {uses: noop, matrix: {x: [${times(5_000, String, ',')}], exclude: [${times(5_000, (index) => `{x: x${index}}`, ', ')}]}}}\n`,
  'exclusions of axes that are not there': `${HEAD}steps: {a: {uses: noop, matrix: {${times(1_000, (axis) => `axis${axis}: [1]`, ', ')}, exclude: [${times(5_000, (index) => `{exis${index}: 1}`, ', ')}]}}}\n`,
  'a matrix nested in itself': `${HEAD}steps: {a: {uses: noop, matrix: {x: [${times(100, (index) => `${'['.repeat(60)}${index}${']'.repeat(60)}`, ',')}]}}}\n`,
  'items without end': `${HEAD}steps: {a: {uses: noop, forEach: [${times(100_000, String, ',')}]}}\n`,
  'items that are not there, all in one line': `${HEAD}steps:\n  w: {uses: noop, forEach: [${times(9_000, String, ',')}]}\n  r: {uses: noop, with: {${times(2_500, (index) => `k${index}: "\${steps.w[${index + 10_000}].x}"`, ', ')}}}\n`,
  'a chain of 100,000 templates': `${HEAD}templates:\n${times(100_000, (index) => `  t${index}: {extends: t${index + 1}}`)}\n  t100000: {uses: noop}\nsteps: {a: {extends: t0}}\n`,
  'a step of 100,000 templates': `${HEAD}templates: {t: {uses: noop}}\nsteps: {a: {extends: [${times(100_000, () => 't', ',')}]}}\n`,
  'a wide template in every step': `${HEAD}templates: {t: {uses: noop, with: {${times(300, (index) => `k${index}: 1`, ', ')}}}}\nsteps: {${times(3_000, (index) => `a${index}: {extends: t}`, ', ')}}\n`,
  '10,000 steps that need each other': `${HEAD}steps:\n  s0: {uses: noop, needs: &all [${times(10_000, (index) => `s${index}`, ',')}]}\n${times(10_000, (index) => `  s${index + 1}: {uses: noop, needs: *all}`)}\n`,
  '300 steps that need each other': `${HEAD}steps:\n  s0: {uses: noop, needs: &all [${times(300, (index) => `s${index}`, ',')}]}\n${times(300, (index) => `  s${index + 1}: {uses: noop, needs: *all}`)}\n`,
  'steps that need thousands that are not there': `${HEAD}steps:\n${times(300, (step) => `  step${step}: {uses: noop, needs: [${times(30, (index) => `stap${step * 30 + index}`, ',')}]}`)}\n`,
  'thousands of names that are not there': `${HEAD}steps:\n${times(2_000, (index) => `  step${index}: {uses: noop, with: {x: "\${steps.stap${index}.x}"}}`)}\n`,
  'thousands of steps of no kind': `${HEAD}steps:\n${times(2_500, (index) => `  s${index}: {uses: nop, wth: {a: 1}}`)}\n`,
  'thousands of outputs that are not there, all in one line': `${HEAD}${STEPS}outputs: {${times(8_000, (index) => `o${index}: "\${steps.a.x}"`, ', ')}}\n`,
  'thousands of parameters that are none, all in one line': `${HEAD}params: {${times(8_000, (index) => `p${index}: ${index}`, ', ')}}\n${STEPS}`,
  'a search of 10^120 combinations': tune(
    times(40, (index) => `p${index}: {choice: [${times(1_000, String, ',')}]}`, ', '),
    'method: grid, ',
  ),
  'a search of 10^24 steps': tune(
    times(4, (index) => `p${index}: {float: [0, 1], step: 0.0000001}`, ', '),
    'method: grid, ',
  ),
  'a search among 100,000 values': tune(`p: {choice: [${times(100_000, String, ',')}]}`),
  'a chain of 3,000 conditions': tune(
    times(
      3_000,
      (index) =>
        `p${9_999 - index}: {choice: [a, b]${index === 0 ? '' : `, when: {p${10_000 - index}: a}`}}`,
      ', ',
    ),
  ),
  'a circle of 3,000 conditions': tune(
    times(
      3_000,
      (index) => `p${index}: {choice: [a, b], when: {p${(index + 1) % 3_000}: a}}`,
      ', ',
    ),
  ),
  'a cron list of a megabyte': `${HEAD}schedule: {cron: "${times(1_000_000, (index) => String(index % 60), ',')} * * * *"}\n${STEPS}`,
  '10,000 cron expressions': `${HEAD}schedule: {cron: [${times(10_000, (index) => `"${index % 60} ${index % 24} * * *"`, ',')}]}\n${STEPS}`,
  '1,000 cron expressions that never fire': `${HEAD}schedule: {cron: [${times(1_000, (index) => `"${index % 60} 0 30 2 *"`, ',')}], timezone: Europe/Berlin}\n${STEPS}`,
  '5,000 calendars': `${HEAD}schedule: {calendar: [${times(5_000, (index) => `{hour: ${index % 24}}`, ',')}]}\n${STEPS}`,
  'a cron number of 100,000 digits': `${HEAD}schedule: {cron: "0-${'9'.repeat(100_000)} * * * *"}\n${STEPS}`,
};
