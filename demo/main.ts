import { parseArgs } from 'node:util';
import { isMillraceError } from '../contracts/index.js';
import { documentOf, endingLines } from './ending.js';
import { Screen } from './screen.js';
import { openStage } from './stage.js';
import { MODEL, playStory } from './story.js';
import { readHours } from './weeks.js';

const USAGE = `npm run demo [-- --json]

Plays bike-demand: a model is trained, served, watched, retrained by its monitor, spoilt on purpose,
and rolled back by its monitor. Takes about two minutes; every number is measured.
`;

/** @returns the exit code: 0 when the rollback was confirmed by the gateway */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const startedMs = Date.now();
  const screen = new Screen(process.stderr);
  screen.now('starting the Temporal server, the worker and the gateway …');
  const stage = await openStage((text) => screen.say(`  ${text}`));
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  try {
    const interrupted = new Promise<never>((_, reject) => {
      stop.signal.addEventListener('abort', () => reject(new Interrupted()), { once: true });
    });
    const story = await Promise.race([playStory(stage, await readHours(), screen), interrupted]);
    const ledger = await stage.registry.ledger(MODEL);
    const document = documentOf(story, ledger, Date.now() - startedMs);
    screen.clear();
    process.stdout.write(
      values.json
        ? `${JSON.stringify(document, null, 2)}\n`
        : `${endingLines(document, process.stdout.columns ?? 120).join('\n')}\n`,
    );
    return document.rollback.confirmed ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    screen.say('stopped; the state so far is kept until the next demo');
    return 130;
  } finally {
    screen.now('stopping …');
    await stage.close();
    screen.clear();
  }
}

class Interrupted extends Error {}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  if (isMillraceError(error) && error.hint !== undefined)
    process.stderr.write(`hint: ${error.hint}\n`);
  process.exitCode = 1;
}
