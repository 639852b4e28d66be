import { MillraceError, NAME_PATTERN, type VersionRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { UsageError } from '../errors.js';
import { readVersionName } from '../options.js';
import { noSuchModel } from './document.js';

/**
 * The version that `NAME@VERSION` names; of `NAME` alone the champion, else the newest that is not
 * deleted.
 *
 * @throws UsageError when the text is no name, MillraceError `NotFound` when there is no such version
 */
export async function findVersion(registry: RegistryReader, text: string): Promise<VersionRecord> {
  const { model, version } = readName(text);
  const number = version ?? (await registry.champion(model))?.version;
  const found =
    number === undefined
      ? (await registry.versions(model)).findLast(({ status }) => status !== 'deleted')
      : await registry.version(model, number);
  if (found !== undefined && found !== null) return found;
  const known = await registry.models();
  if (!known.includes(model)) throw noSuchModel(model, known);
  throw new MillraceError(
    'NotFound',
    `${model} has no version ${number}`,
    `millrace models show ${model} lists its versions`,
  );
}

function readName(text: string): { readonly model: string; readonly version?: number } {
  if (text.includes('@')) return readVersionName(text);
  if (NAME_PATTERN.test(text)) return { model: text };
  throw new UsageError(
    `${text} does not name a model`,
    'write NAME or NAME@VERSION, such as bike-demand@3; millrace models lists the names',
  );
}
