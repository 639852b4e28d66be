import { drawPlan } from '../../pipelines/mermaid.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { readParam } from '../options.js';
import { diffEnvironments } from '../pipelines/environment-diff.js';
import { checkPipelineParams, loadPipeline } from '../pipelines/load-pipeline.js';
import { type PlanDocument, type PlannedStep, planDocument } from '../pipelines/plan-document.js';
import type { Style } from '../render/style.js';
import { type Cell, type Column, renderTable, wrap } from '../render/table.js';
import { stepCount } from '../render/values.js';
import { scheduleLines } from '../schedules/schedule-lines.js';

interface PlanOptions {
  readonly param?: Readonly<Record<string, string>>;
  readonly mermaid?: boolean;
  readonly env?: string;
  readonly diff?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<file>', 'pipeline file; - is stdin')
    .option('-p, --param <name=value>', 'value of a parameter; again for each', readParam)
    .option('--env <name>', 'with the values of this environment of the file')
    .option('--diff <name>', 'show only what is another value in this environment')
    .option('--mermaid', 'draw it as a Mermaid flowchart')
    .action(async (file: string, options: PlanOptions) => {
      if (options.mermaid === true && cli.out.json) {
        throw new UsageError('--mermaid prints a drawing, --json a document', 'use one of them');
      }
      if (options.diff !== undefined) {
        return diffEnvironments(cli, file, options.env, options.diff);
      }
      const pipeline = await loadPipeline(cli, file, options.env);
      const params = checkPipelineParams(pipeline, options.param ?? {});
      const document = await planDocument(cli, pipeline, params);
      cli.out.result(document, () =>
        options.mermaid === true
          ? drawPlan(
              pipeline.plan,
              new Map(document.steps.map(({ id, cache }) => [id, cache.status])),
            ).trimEnd()
          : words(document, cli).join('\n'),
      );
    });
};

const COLUMNS: readonly Column[] = [
  { title: 'step', shrinkTo: 12 },
  { title: 'uses', dropOrder: 2 },
  { title: 'needs', shrinkTo: 16, dropOrder: 3 },
  { title: 'cache' },
  { title: 'why', shrinkTo: 36, dropOrder: 1 },
];

function words(plan: PlanDocument, cli: Cli): readonly string[] {
  const { columns, style } = cli.out;
  const rows = plan.steps.map((step): readonly Cell[] => [
    step.id,
    usesCell(step),
    step.needs.join(', '),
    statusCell(step, style),
    step.cache.reason,
  ]);
  const reused = plan.steps.filter(({ cache }) => cache.status === 'hit').length;
  const params = Object.entries(plan.params).map(([name, value]) => `${name}=${String(value)}`);
  const model = plan.model === null ? '' : `, model ${plan.model}`;
  const environment = plan.environment === null ? '' : `, environment ${plan.environment}`;
  return [
    `${style.bold(plan.name)}${model}${environment} ${style.dim(`plan ${plan.planHash.slice(0, 12)}`)}`,
    ...(params.length === 0 ? [] : wrap(`with ${params.join(' ')}`, columns)),
    '',
    ...renderTable(COLUMNS, rows, columns, style),
    '',
    `${stepCount(plan.steps.length)}, ${reused === 0 ? 'none' : reused} of them reused`,
    ...(plan.schedule === null ? [] : ['', ...scheduleLines(plan.schedule, columns, style)]),
  ];
}

function usesCell({ uses, runner }: PlannedStep): string {
  if (runner === undefined) return uses;
  const { kind, image = 'an image that is not known yet' } = runner;
  return `${uses} in ${kind} ${image}`;
}

function statusCell({ cache, skipped }: PlannedStep, style: Style): Cell {
  if (skipped === true) return { text: 'skipped', paint: style.dim };
  switch (cache.status) {
    case 'hit':
      return { text: 'reused', paint: style.green };
    case 'miss':
      return { text: 'runs', paint: style.yellow };
    case 'unknown':
      return { text: 'runs', paint: style.dim };
  }
}
