import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type SettleApproval,
  settleApproval,
} from '../../../activities/approve/settle-approval.js';
import type { ActivityDeps } from '../../../activities/deps.js';
import type { PlanCache } from '../../../activities/plan-cache.js';

test.each([
  ['that is no YAML', 'ml-lead: root: [\n', /roles\.yaml: .+ at line 1, column \d+$/],
  ['that is none of roles', 'ml-lead: ada\n', /roles\.yaml: ml-lead must be a list of user names$/],
])('a file of roles %s refuses the answer, and the question stays open', async (_, text, what) => {
  const root = mkdtempSync(join(tmpdir(), 'millrace-roles-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'roles.yaml'), text);
  const settle = settleApproval({ home: { root } } as ActivityDeps, {} as PlanCache);
  const answered = {
    request: { roles: ['ml-lead'], form: {} },
    answerId: 'a1',
    reply: { stepId: 'consent', answer: 'approve', values: {}, actor: 'user:ada', reason: 'fine' },
  } as unknown as SettleApproval;
  expect(await settle(answered)).toEqual({
    accepted: false,
    detail: expect.stringMatching(what),
    hint: 'write ml-lead: [ada, grace]',
  });
});
