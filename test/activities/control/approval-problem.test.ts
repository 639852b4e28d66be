import { expect, test } from 'vitest';
import { approvalProblem } from '../../../activities/control/approval-problem.js';

const of = (approval: 'approved' | 'pending' | 'rejected') =>
  approvalProblem({ model: 'bikes', version: 3, approval });

test('what is said of a version that a person keeps out of service is what brings it in', () => {
  expect(of('approved')).toBeNull();
  expect(of('pending')).toBe('is not approved yet: millrace approve bikes@3 answers for it');
  // Nothing waits for `millrace approve` once a person has said no.
  expect(of('rejected')).toBe('was rejected: millrace models approve bikes@3 takes that back');
});
