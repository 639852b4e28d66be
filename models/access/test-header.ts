/**
 * With `true`, a request for predictions is a test: it is answered as any other, and is neither in the
 * prediction log nor in the service health, nor is it copied to a shadow. So no monitor, label or
 * rollout counts it. For callers with the scope `admin`: others could keep what they ask out of the log.
 */
export const TEST_HEADER = 'x-millrace-test';
