import type { DefineCommand } from '../command.js';
import type { Output } from '../output.js';
import { wrap } from '../render/table.js';
import { formatTime } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';
import type { RunDocument } from '../runs/document.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { planStepIds, readRunDocument } from '../runs/read-run.js';
import { outcomeLines, stepTable } from '../runs/view.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<run>', 'run id, a beginning of one, or latest')
    .action(async (name: string) => {
      const document = await withRegistry(await findCliHome(cli), async (registry, home) => {
        const run = await findRun(registry, name);
        return readRunDocument(registry, home, run, await planStepIds(home, run));
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
    ...stepTable(run, out.columns, out.style),
    '',
    ...outcomeLines(run, out.columns, out.style),
    `  ${dim('logs')} ${run.logs}`,
  ];
}
