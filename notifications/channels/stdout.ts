import type { Outgoing, Sent } from '../outgoing.js';
import { webhookBody } from './webhook.js';

/** One line of JSON on the worker's standard output, for whatever collects that. */
export async function writeToStdout(message: Outgoing): Promise<Sent> {
  const [telling] = message.tellings;
  const line = JSON.stringify({ event: 'alert', ...webhookBody(telling) });
  await new Promise<void>((done, fail) => {
    process.stdout.write(`${line}\n`, (error) => (error ? fail(error) : done()));
  });
  return { sent: line, detail: 'written' };
}
