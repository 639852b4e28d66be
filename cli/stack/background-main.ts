// The process behind `millrace up --background`, and behind `run` where nothing runs.
import { isMillraceError } from '../../contracts/index.js';
import { refusalHint } from '../errors.js';
import type { BackgroundMessage, BackgroundOptions } from './background.js';
import { runStack } from './stack.js';

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => stopping.abort());
}
// The terminal that it was started from may close.
process.on('SIGHUP', () => {});

const options = JSON.parse(process.argv[2] ?? '') as BackgroundOptions;
const note = (text: string) => process.stderr.write(`${new Date().toISOString()} ${text}\n`);

try {
  const why = await runStack({ ...options, env: process.env, background: true }, stopping.signal, {
    onReady(state) {
      note(`ready as process ${process.pid}`);
      void tell({ event: 'ready', state });
    },
    note,
  });
  note(`stopped: ${why}`);
  process.exit(0);
} catch (error) {
  note(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const known = isMillraceError(error);
  await tell({
    event: 'failed',
    type: known ? error.type : 'Internal',
    message: error instanceof Error ? error.message : String(error),
    hint: known ? error.hint : refusalHint(error),
  });
  process.exit(1);
}

/** Whoever started this may be gone: then nobody is told. */
function tell(message: BackgroundMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}
