import type { IncomingHttpHeaders } from 'node:http';
import { grants, type Principal } from '../../access/index.js';
import { AccessDenied } from './access-denied.js';

/**
 * With `true`, a request is a test: it is answered as any other, and is neither in the prediction log
 * nor in the service health, nor is it copied to a shadow. So no monitor, label or rollout counts it.
 */
export const TEST_HEADER = 'x-millrace-test';

/**
 * @param header - the value of {@link TEST_HEADER}
 * @throws AccessDenied for a caller without the scope `admin`, who could keep what they ask out of the log
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
