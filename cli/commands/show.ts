import type { DefineCommand } from '../command.js';
import type { Output } from '../output.js';
import { wrap } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { awaitedWorkers } from '../runs/awaited-workers.js';
import type { RunDocument } from '../runs/document.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { plannedSteps, readRunDocument } from '../runs/read-run.js';
import { outcomeLines, stepTable } from '../runs/view.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<run>', 'run id, a beginning of one, or latest')
    .action(async (name: string) => {
      const document = await withRegistry(await findCliHome(cli), async (registry, home) => {
        const run = await findRun(registry, name);
        const document = await readRunDocument(registry, home, run, await plannedSteps(home, run));
        return {
          ...document,
          waits: [...document.waits, ...(await awaitedWorkers(cli, home, run))],
        };
      });
      if (document === null) throw noSuchRun(name);
      cli.out.result(document, () => words(document, cli.out).join('\n'));
    });
};

function words(run: RunDocument, out: Output): readonly string[] {
  const { dim } = out.style;
  const params = Object.entries(run.params).map(([name, value]) => `${name}=${String(value)}`);
  return [
    `${dim('run     ')} ${run.runId}`,
    `${dim('pipeline')} ${run.pipeline} ${dim(`plan ${run.planHash.slice(0, 12)}`)}`,
    ...(params.length === 0 ? [] : wrap(params.join(' '), out.columns - 9)).map((line, index) =>
      index === 0 ? `${dim('params  ')} ${line}` : `         ${line}`,
    ),
    ...(run.environment === null ? [] : [`${dim('env     ')} ${run.environment}`]),
    `${dim('started ')} ${formatTime(run.startedAt)} UTC`,
    '',
    ...(run.rerunOf === null ? [] : [`${dim('goes on ')} from run ${run.rerunOf}`]),
    '',
    ...stepTable(run, out.columns, out.style),
    '',
    ...reuseLines(run, out),
    ...inputLines(run, out),
    ...outcomeLines(run, out.columns, out.style),
    `  ${dim('logs')} ${run.logs}`,
  ];
}

/** Why each step was reused or not. */
function reuseLines(run: RunDocument, { columns, style }: Output): readonly string[] {
  const told = Object.entries(run.steps).flatMap(([id, { reuse }]) =>
    reuse === undefined ? [] : [{ id, ...reuse }],
  );
  if (told.length === 0) return [];
  const lines = told.flatMap(({ id, status, reason }) => {
    const text = `${id} ${status === 'hit' ? 'reused' : 'done'}: ${reason}`;
    return wrap(text, Math.max(20, columns - 2)).map((line) => `  ${line}`);
  });
  return [style.dim('cache'), ...lines, ''];
}

function inputLines({ inputs }: RunDocument, { style }: Output): readonly string[] {
  if (inputs.length === 0) return [];
  const lines = inputs.map(({ step, name, sha256, rows }) => {
    const counted = rows === null ? '' : `, ${rows} rows`;
    return `  ${name} (${step}): sha256 ${sha256}${counted}`;
  });
  return [style.dim('inputs'), ...lines, ''];
}
