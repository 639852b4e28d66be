import { type LifeAct, type LifeChange, NAME_PATTERN } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { askWorker } from '../by-hand.js';
import type { Cli } from '../command.js';
import { UsageError } from '../errors.js';
import { currentActor } from '../options.js';
import { findCliHome, openCliHome, withRegistry } from '../rooms.js';
import { noSuchModel } from './document.js';

/** A model, or one of its versions. */
export interface Subject {
  readonly model: string;
  readonly version: number | null;
}

/**
 * Reads `bike-demand`, `bike-demand@3` or `bike-demand@v3`.
 *
 * @throws UsageError when the text is something else
 */
export function readSubject(text: string): Subject {
  const match = /^([^@]+)(?:@v?([1-9]\d{0,8}))?$/.exec(text);
  const [, model = '', version] = match ?? [];
  if (match === null || !NAME_PATTERN.test(model)) {
    throw new UsageError(
      `${text} names neither a model nor a version`,
      'write NAME or NAME@VERSION, such as bike-demand@3; millrace models lists the names',
    );
  }
  return { model, version: version === undefined ? null : Number(version) };
}

export function shownSubject({ model, version }: Subject): string {
  return version === null ? model : `${model}@${version}`;
}

/**
 * Reads of a model that there is.
 *
 * @throws MillraceError `NotFound` when no version of it was ever registered
 */
export async function withKnownModel<T>(
  cli: Cli,
  model: string,
  use: (registry: RegistryReader) => Promise<T>,
): Promise<T> {
  const found = await withRegistry(await findCliHome(cli), async (registry) => {
    const known = await registry.models();
    if (!known.includes(model)) throw noSuchModel(model, known);
    return { value: await use(registry) };
  });
  if (found === null) throw noSuchModel(model, []);
  return found.value;
}

/** What each kind of act says besides who, when and why. */
type ActPart = LifeAct extends infer Act
  ? Act extends LifeAct
    ? Omit<Act, 'requestId' | 'actor' | 'at'>
    : never
  : never;

/** Has a worker do it; the registry is read first, so that a wrong name needs no server. */
export async function sendAct(cli: Cli, part: ActPart): Promise<LifeChange> {
  await withKnownModel(cli, part.model, async () => undefined);
  const { randomUUID } = await import('node:crypto');
  const act = {
    ...part,
    requestId: randomUUID(),
    actor: currentActor(),
    at: new Date().toISOString(),
  } as LifeAct;
  return askWorker(cli, await openCliHome(cli), 'changeVersion', act);
}
