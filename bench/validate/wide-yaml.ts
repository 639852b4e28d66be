/**
 * A pipeline file of many steps that use what real files use: parameters, expressions over earlier
 * steps, conditions, commands, retries. Eight branches side by side, joined at the end of each row.
 *
 * @param steps - ≥ 1
 */
export function wideYaml(steps: number): string {
  const lines = [
    'apiVersion: millrace/v1',
    'name: bench-wide',
    'params:',
    '  from: { type: date, default: 2011-01-01 }',
    '  scale: { type: number, default: 1.5, min: 0 }',
    '  deep: { type: boolean, default: true }',
    'defaults:',
    '  retry: { maxAttempts: 3, initialInterval: 1s, backoff: 2 }',
    '  timeout: 10m',
    'steps:',
  ];
  for (let index = 1; index <= steps; index += 1) lines.push(...stepLines(index));
  return `${lines.join('\n')}\n`;
}

const BRANCHES = 8;

function stepLines(index: number): string[] {
  const before = index > BRANCHES ? stepId(index - BRANCHES) : null;
  const lines = [`  ${stepId(index)}:`];
  if (index % 4 === 0) {
    lines.push(`    run: [python3, steps/work.py, --scale, "\${params.scale * ${index}}"]`);
    if (before !== null) lines.push(`    needs: [${before}]`);
  } else {
    const value = before === null ? 'params.from' : 'params.scale';
    lines.push('    uses: noop', '    with:', `      value: \${${value}}`, `      place: ${index}`);
    if (before !== null && (index - BRANCHES) % 4 !== 0) {
      lines.push(`      carried: \${steps.${before}.value}`);
    }
  }
  if (index % 5 === 0) lines.push(`    if: params.deep && params.scale > ${index / 1_000}`);
  if (index % 7 === 0) lines.push('    retry: { maxAttempts: 5 }', '    timeout: 30m');
  return lines;
}

function stepId(index: number): string {
  return `step${String(index).padStart(3, '0')}`;
}
