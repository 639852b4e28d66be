/**
 * A pipeline file whose steps hand one value on, each to the next. What it hands on is a parameter,
 * so that a new value is a new result for every step.
 *
 * @param steps - ≥ 1
 */
export function chainYaml(steps: number): string {
  const lines = [
    'apiVersion: millrace/v1',
    'name: bench-chain',
    'params:',
    '  salt: { type: string }',
    'steps:',
    ...step(1, '${params.salt}'),
  ];
  for (let index = 2; index <= steps; index += 1) {
    lines.push(...step(index, `\${steps.${stepId(index - 1)}.value}`));
  }
  return `${lines.join('\n')}\n`;
}

function step(index: number, value: string): string[] {
  return [`  ${stepId(index)}:`, '    uses: noop', `    with: { value: "${value}" }`];
}

function stepId(index: number): string {
  return `s${String(index).padStart(3, '0')}`;
}
