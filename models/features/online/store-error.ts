import { isMillraceError, MillraceError } from '../../../contracts/index.js';
import { ONLINE_STORE_URL } from './store.js';

/** What clients of a gateway may do about it. */
export const WITHOUT_STORE = 'send them with the request, or try again in a moment';

/** Says which store did not answer. */
export function storeError(error: unknown, name: string): MillraceError {
  if (isMillraceError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new MillraceError(
    'ServiceUnavailable',
    `the online store ${name} does not answer: ${reason}`,
    `is it running? ${ONLINE_STORE_URL} says where it is`,
    { cause: error, told: `features cannot be looked up now; ${WITHOUT_STORE}` },
  );
}
