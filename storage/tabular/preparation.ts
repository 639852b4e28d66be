import { type ArtifactRef, isArtifactRef, MillraceError } from '../../contracts/index.js';

/**
 * Metadata key under which a Parquet file says how it was prepared from a raw table, as
 * `python/millrace_preparing/table.py` writes it.
 */
export const PREPARATION_KEY = 'millrace.preparation';

/**
 * The raw table that a prepared one was made from; `null` where the table is raw itself.
 *
 * @param metadata - of the Parquet file
 */
export function rawTableOf(metadata: { readonly [key: string]: string }): ArtifactRef | null {
  const text = metadata[PREPARATION_KEY];
  if (text === undefined) return null;
  const { raw } = JSON.parse(text) as { readonly raw?: unknown };
  if (isArtifactRef(raw)) return raw;
  throw new MillraceError(
    'InvalidInput',
    'the table was prepared, but does not say from what',
    'prepare it again, with this version of millrace',
  );
}

/**
 * Refuses a table that has been prepared for a model where its rows must be raw.
 *
 * @param what - the table, as the message names it
 * @throws MillraceError `InvalidInput`
 */
export function refusePrepared(
  metadata: { readonly [key: string]: string },
  what: string,
  hint: string,
): void {
  if (metadata[PREPARATION_KEY] === undefined) return;
  throw new MillraceError(
    'InvalidInput',
    `${what} was prepared by impute, encode or select already`,
    hint,
  );
}
