import { relative } from 'node:path';
import { EXIT, type ExitCode } from '../errors.js';
import type { Output } from '../output.js';
import type { RunDocument } from './document.js';
import { lastLines, listLogFiles } from './log-files.js';
import { shortRunId } from './short-run-id.js';
import { outcomeLines, stepTable } from './view.js';

const LOG_LINES = 12;

/** What a watched run ends its process with: bad input is told apart from a run that failed. */
export function exitCodeOf(run: RunDocument): ExitCode {
  if (run.status === 'completed') return EXIT.done;
  const failed = Object.values(run.steps).find(
    ({ status, tolerated }) => status === 'failed' && tolerated !== true,
  );
  return failed?.failure?.type === 'InvalidInput' ? EXIT.badInput : EXIT.failed;
}

/** A run that has ended in words: steps, outcome, the end of what steps wrote that failed it. */
export async function finishLines(
  run: RunDocument,
  out: Output,
  cwd: string,
): Promise<readonly string[]> {
  const { dim } = out.style;
  const tails = run.status === 'failed' ? await failedTails(run, out) : [];
  return [
    ...stepTable(run, out.columns, out.style),
    '',
    ...outcomeLines(run, out.columns, out.style),
    ...tails,
    dim(`  logs: millrace logs ${shortRunId(run.runId)}`),
    dim(`        ${shortPath(run.logs, cwd)}`),
  ];
}

/** A path from the working directory where that is shorter. */
function shortPath(path: string, cwd: string): string {
  const fromHere = relative(cwd, path);
  return fromHere.length < path.length ? fromHere : path;
}

async function failedTails(run: RunDocument, out: Output): Promise<readonly string[]> {
  const files = await listLogFiles(run.logs);
  const lines: string[] = [];
  for (const [id, step] of Object.entries(run.steps)) {
    const file = files.findLast((candidate) => candidate.step === id);
    if (step.status !== 'failed' || step.tolerated === true || file === undefined) continue;
    const tail = await lastLines(file.parts.at(-1)?.path ?? file.path, LOG_LINES);
    if (tail.length === 0) continue;
    lines.push(out.style.dim(`  last lines of ${id}:`), ...tail.map((line) => `    ${line}`));
  }
  return lines;
}
