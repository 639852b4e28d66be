import type { PipelinePlan, PlanStep, Template } from '../../../contracts/index.js';

/**
 * A plan as pseudocode: parameters, a line a step with what it is given, its condition and its gate.
 *
 * @example
 * // pipeline bikes(trees: integer = 200) makes model bikes
 * //   ingest = ingest(source: "bikes.csv", time: "hour")
 * //   train = train(data: ingest.data, target: "rentals", trees: params.trees)
 */
export function pseudocode(plan: PipelinePlan): string {
  const params = Object.entries(plan.params).map(([name, { type, default: standard }]) =>
    standard === undefined ? `${name}: ${type}` : `${name}: ${type} = ${JSON.stringify(standard)}`,
  );
  const made = plan.model === null ? '' : ` makes model ${plan.model}`;
  const lines = [`pipeline ${plan.name}(${params.join(', ')})${made}`];
  for (const step of plan.steps) lines.push(...stepLines(step));
  if (plan.monitor !== null) {
    const { window, timeColumn } = plan.monitor;
    lines.push(`  watch the deployed model every ${window.everyMs / 3_600_000} h of ${timeColumn}`);
  }
  return lines.join('\n');
}

function stepLines(step: PlanStep): readonly string[] {
  const condition = step.if === null ? '' : ` if ${step.if}`;
  const reads = new Set(step.reads);
  const waits = step.needs.filter((id) => !reads.has(id));
  return [
    `  ${step.id} = ${callOf(step)}${condition}`,
    ...(waits.length > 0 ? [`    after ${waits.join(', ')}`] : []),
    ...(step.gate === null ? [] : [`    requires ${step.gate}`]),
  ];
}

function callOf({ kind, command, with: inputs }: PlanStep): string {
  const given = Object.entries(inputs).map(([name, value]) => `${name}: ${written(value)}`);
  if (command === null) return `${kind}(${given.join(', ')})`;
  const words = command.argv.map((word) => (typeof word === 'string' ? word : written(word)));
  return `run "${words.join(' ')}"(${given.join(', ')})`;
}

function written(value: Template): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('$expr' in value && typeof value.$expr === 'string') return expression(value.$expr);
  if ('$concat' in value && Array.isArray(value.$concat)) {
    return value.$concat.map(written).join(' + ');
  }
  const entries = Object.entries(value as { readonly [key: string]: Template });
  return `{${entries.map(([name, item]) => `${name}: ${written(item)}`).join(', ')}}`;
}

/** `steps.train.model` is `train.model` here. */
function expression(text: string): string {
  return text.replace(/\bsteps\.([\w]+)/g, '$1').replace(/\bsteps\["([\w-]+)"\]/g, '$1');
}
