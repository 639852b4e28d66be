import { isMillraceError, MillraceError } from '../../../contracts/index.js';
import { ONLINE_STORE_URL } from './store.js';

/** Says which store did not answer. */
export function storeError(error: unknown, name: string): MillraceError {
  if (isMillraceError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new MillraceError(
    'ServiceUnavailable',
    `the online store ${name} does not answer: ${reason}`,
    `is it running? ${ONLINE_STORE_URL} says where it is`,
    { cause: error },
  );
}
