import type { PipelinePlan } from '../contracts/index.js';

/** How a step is shown; `pending` where nothing is known. */
export type DrawnStatus = 'hit' | 'miss' | 'unknown' | 'pending';

/**
 * Draws a plan as a Mermaid flowchart: one box a step with its kind, coloured by what the cache says.
 *
 * @param statuses - by step; steps without one are drawn plain
 */
export function drawPlan(
  plan: PipelinePlan,
  statuses: ReadonlyMap<string, DrawnStatus> = new Map(),
): string {
  const lines = ['flowchart LR'];
  const node = new Map(plan.steps.map((step, index) => [step.id, `s${index}`]));
  for (const step of plan.steps) {
    const many = step.fanOut === undefined ? '' : ' × n';
    const kind = step.kind === step.id ? many : `<br/><small>${step.kind}${many}</small>`;
    const label = `${step.id}${kind}`;
    // A step that may be skipped is a hexagon, one with a gate a lozenge at its side.
    const box = step.if === null ? `["${label}"]` : `{{"${label}"}}`;
    const status = statuses.get(step.id) ?? 'pending';
    lines.push(`  ${node.get(step.id)}${box}${status === 'pending' ? '' : `:::${status}`}`);
  }
  for (const step of plan.steps) {
    const reads = new Set(step.reads);
    for (const need of step.needs) {
      // Solid where data flows, dotted where only the order counts.
      const arrow = reads.has(need) ? '-->' : '-.->';
      const gate = plan.steps.find(({ id }) => id === need)?.gate ?? null;
      const label = gate === null ? '' : '|gate|';
      lines.push(`  ${node.get(need)} ${arrow}${label} ${node.get(step.id)}`);
    }
  }
  if (statuses.size > 0) {
    lines.push('  classDef hit fill:#d7f0dd,stroke:#2f7d46,color:#12351d');
    lines.push('  classDef miss fill:#fdebd0,stroke:#b9770e,color:#4a2f05');
    lines.push('  classDef unknown fill:#eceff1,stroke:#78909c,color:#263238');
  }
  return `${lines.join('\n')}\n`;
}
