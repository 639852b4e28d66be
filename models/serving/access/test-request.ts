import type { IncomingHttpHeaders } from 'node:http';
import { grants, type Principal, TEST_HEADER } from '../../access/index.js';
import { AccessDenied } from './access-denied.js';

/**
 * Whether a request is a test.
 *
 * @param header - the value of {@link TEST_HEADER}
 * @throws AccessDenied for a caller without the scope `admin`
 */
export function isTestRequest(
  header: IncomingHttpHeaders[string],
  caller: Principal | null,
): boolean {
  if (header !== 'true') return false;
  if (caller !== null && !grants(caller.scopes, 'admin')) {
    throw new AccessDenied(caller, `ask for tests (${TEST_HEADER}), which are not logged`);
  }
  return true;
}
