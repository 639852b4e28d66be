import { connectTemporal } from '../../temporal/connection.js';
import { ensureSearchAttributes } from '../../temporal/search-attributes.js';
import type { DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { openCliHome } from '../rooms.js';
import { findStack } from '../stack/ensure-stack.js';
import { runInForeground } from '../stack/foreground-child.js';
import { installedPrograms, requirePython } from '../stack/installed.js';

const GRACE_MS = 20_000;

export const define: DefineCommand = (command, cli) => {
  command
    .option('--queue <name...>', 'task queues to work on; all of millrace’s own when absent')
    .option('--versioned', 'runs end with the build that they began with (Worker Versioning)')
    .action(async ({ queue = [], versioned }: { queue?: string[]; versioned?: true }) => {
      if (versioned === true && queue.length > 0) {
        throw new UsageError(
          '--versioned is about workflows, and a worker with --queue takes none',
        );
      }
      const home = await openCliHome(cli);
      const env = findStack(home, cli.env)?.env ?? cli.env;
      // Asked first, so that a server that is not there is told as an error and not as a worker's log.
      const { target, connection } = await connectTemporal({ env });
      await ensureSearchAttributes(connection, target.namespace).finally(() => connection.close());
      const child = {
        program: installedPrograms().worker,
        graceMs: GRACE_MS,
        env: {
          ...env,
          MILLRACE_HOME: home.root,
          MILLRACE_PYTHON: requirePython(env),
          ...(queue.length === 0 ? {} : { MILLRACE_WORKER_QUEUES: queue.join(',') }),
          ...(versioned === true && { MILLRACE_WORKER_VERSIONING: '1' }),
        },
      };
      await runInForeground(cli, 'worker', child, (said) => {
        const document = { ...said, temporalAddress: target.address, namespace: target.namespace };
        cli.out.result(document, () => `worker ready for ${target.address} (${target.namespace})`);
      });
    });
};
