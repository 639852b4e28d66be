import { isJsonObject } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import type { Style } from '../render/style.js';
import { formatNumber } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { experimentOfRun } from '../runs/experiments.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { type Change, diffRuns, type RunDiff } from '../runs/run-diff.js';
import { shortRunId } from '../runs/short-run-id.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<before>', 'a run')
    .argument('<after>', 'the run that is compared with it')
    .action(async (first: string, second: string) => {
      const diff = await withRegistry(await findCliHome(cli), async (registry) => {
        const [before, after] = [await findRun(registry, first), await findRun(registry, second)];
        return diffRuns(
          await experimentOfRun(registry, before),
          await experimentOfRun(registry, after),
        );
      });
      if (diff === null) throw noSuchRun(first);
      cli.out.result(diff, () => words(diff, cli.out.style).join('\n'));
    });
};

const SECTIONS = ['params', 'data', 'code', 'environment', 'seeds', 'metrics'] as const;

function words(diff: RunDiff, style: Style): readonly string[] {
  const [before, after] = diff.runs;
  const lines = [
    `${style.bold(before.pipeline)} ${shortRunId(before.runId)} → ${shortRunId(after.runId)}`,
  ];
  if (diff.planChanged) lines.push('the plan is another');
  for (const section of SECTIONS) {
    const changes = diff[section];
    if (changes.length === 0) continue;
    lines.push('', style.bold(section), ...changes.map((change) => `  ${line(change)}`));
  }
  if (lines.length === 1) lines.push('nothing differs');
  return lines;
}

function line({ name, before, after }: Change): string {
  if (before === null) return `${name} is new: ${shown(after)}`;
  if (after === null) return `${name} is gone; it was ${shown(before)}`;
  return `${name}: ${shown(before)} → ${shown(after)}`;
}

function shown(value: Change['before']): string {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string')
    return /^[0-9a-f]{40,64}$/.test(value) ? value.slice(0, 12) : value;
  // A data set.
  if (isJsonObject(value) && typeof value['sha256'] === 'string') {
    const { sha256, rows } = value;
    return typeof rows === 'number' ? `${shown(sha256)} (${rows} rows)` : shown(sha256);
  }
  return JSON.stringify(value);
}
