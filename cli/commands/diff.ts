import { isJsonObject } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import type { Style } from '../render/style.js';
import { formatNumber } from '../render/values.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { experimentOfRun } from '../runs/experiments.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { planChanges } from '../runs/plan-changes.js';
import { type Change, diffRuns, type RunDiff } from '../runs/run-diff.js';
import { shortRunId } from '../runs/short-run-id.js';

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<before>', 'a run')
    .argument('<after>', 'the run that is compared with it')
    .action(async (first: string, second: string) => {
      const home = await findCliHome(cli);
      const diff = await withRegistry(home, async (registry) => {
        const [before, after] = [await findRun(registry, first), await findRun(registry, second)];
        return diffRuns(
          await experimentOfRun(registry, before),
          await experimentOfRun(registry, after),
          home === null ? null : await planChanges(home, before, after),
        );
      });
      if (diff === null) throw noSuchRun(first);
      cli.out.result(diff, () => words(diff, cli.out.style).join('\n'));
    });
};

const SECTIONS = ['plan', 'params', 'data', 'code', 'environment', 'seeds', 'metrics'] as const;

function words(diff: RunDiff, style: Style): readonly string[] {
  const [before, after] = diff.runs;
  const lines = [
    `${style.bold(before.pipeline)} ${shortRunId(before.runId)} → ${shortRunId(after.runId)}`,
  ];
  if (diff.plan === null)
    lines.push('the plan is another; what one of them was is not stored any more');
  for (const section of SECTIONS) {
    const changes = diff[section];
    if (changes === null || changes.length === 0) continue;
    lines.push('', style.bold(section), ...changes.map((change) => `  ${line(change)}`));
  }
  if (lines.length === 1) lines.push('nothing differs');
  return lines;
}

function line({ name, before: was, after: is }: Change): string {
  const [before, after] =
    typeof was === 'string' && typeof is === 'string' ? excerpts(was, is) : [was, is];
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

/** Longer texts are shown from a little before where they part. */
const LONG_TEXT = 80;
const BEFORE_IT = 20;

/** @example excerpts('a long script … x = 1', 'a long script … x = 2'); // ['… x = 1', '… x = 2'] */
function excerpts(before: string, after: string): readonly [string, string] {
  if (Math.max(before.length, after.length) <= LONG_TEXT) return [before, after];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  const from = Math.max(0, same - BEFORE_IT);
  const cut = (text: string): string => {
    const end = from + LONG_TEXT;
    const part = text.slice(from, end).replaceAll(/\s+/g, ' ').trim();
    return `${from > 0 ? '…' : ''}${part}${text.length > end ? '…' : ''}`;
  };
  return [cut(before), cut(after)];
}
