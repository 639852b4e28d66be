import { InvalidArgumentError, Option } from 'commander';
import {
  COLLECT_WORKFLOW_ID,
  type Collected,
  MillraceError,
  parseDurationMs,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { understood } from '../by-hand.js';
import type { DefineCommand } from '../command.js';
import { formatBytes } from '../render/values.js';
import { openCliHome, registryAnswers } from '../rooms.js';
import { withTemporal } from '../temporal.js';

interface GcOptions {
  readonly dryRun?: boolean;
  readonly keep: number;
}

const DEFAULT_KEEP = '30d';

export const define: DefineCommand = (command, cli) => {
  command
    .option('--dry-run', 'say what would go, and remove nothing')
    .addOption(
      new Option('--keep <duration>', 'keep what runs made that ended within this time')
        .argParser(readKeep)
        .default(readKeep(DEFAULT_KEEP), DEFAULT_KEEP),
    )
    .action(async ({ dryRun = false, keep: keepMs }: GcOptions) => {
      const home = await openCliHome(cli);
      await registryAnswers(home);
      const collected = await withTemporal(cli, home, async ({ client }) => {
        const { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } = await import(
          '@temporalio/client'
        );
        try {
          const result: Collected = await client.workflow.execute(WORKFLOW.collectGarbage, {
            workflowId: COLLECT_WORKFLOW_ID,
            taskQueue: TASK_QUEUE.control,
            args: [{ keepMs, dryRun }],
          });
          return result;
        } catch (error) {
          if (error instanceof WorkflowExecutionAlreadyStartedError) throw underWay();
          throw error instanceof WorkflowFailedError ? await understood(error) : error;
        }
      });
      cli.out.result(collected, () => words(collected).join('\n'));
    });
};

/** Also one whose command was ended: the collection goes on without it. */
function underWay(): MillraceError {
  return new MillraceError(
    'ServiceUnavailable',
    'garbage is being collected already',
    'run it again when that has ended; the log of the worker says what was removed',
  );
}

function readKeep(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null || ms < 0) throw new InvalidArgumentError('it must be a span such as 30d or 12h');
  return ms;
}

function words(collected: Collected): readonly string[] {
  const { dryRun, artifacts, cacheEntries, logs, workDirectories } = collected;
  const freed = formatBytes(collected.freedBytes);
  return [
    dryRun ? `would free ${freed}` : `freed ${freed}`,
    `  ${artifacts} artifacts, ${cacheEntries} cached results, logs of ${logs} runs, ${workDirectories} working directories`,
    `  kept ${collected.keptArtifacts} artifacts, ${formatBytes(collected.keptBytes)}: of versions, pins, and runs since ${collected.keepSince}`,
  ];
}
