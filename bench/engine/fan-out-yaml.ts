/**
 * A pipeline file with one step that is done once for each of so many items: a list that the step
 * before it produced, as where the number is not known to the file.
 */
export function fanOutYaml(items: number): string {
  const list = JSON.stringify(Array.from({ length: items }, (_, index) => index));
  return [
    'apiVersion: millrace/v1',
    `name: bench-fan-out-${items}`,
    'params:',
    '  salt: { type: string }',
    'steps:',
    '  each:',
    '    uses: noop',
    `    forEach: ${list}`,
    '    with: { value: "${params.salt}", n: "${item}" }',
    '',
  ].join('\n');
}
