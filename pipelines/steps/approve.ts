import * as z from 'zod';
import type { ApproveInputs } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { paramSchema } from '../schema/param-schema.js';
import { describe, text } from '../schema/scalars.js';
import { orExpression, type Written } from './open-value.js';

const name = text('a name').regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
  error: `not a name${HINT_MARK}a letter, then letters, digits, hyphens and underscores: ml-lead`,
});
const names = z.union([name, z.array(name).min(1)], {
  error: ({ input }) => `expected a name or a list of names, found ${describe(input)}`,
});

/** Keys that stand beside `uses:`, where every step has its time. */
const beside = (key: string) =>
  z
    .undefined({ error: `${key} stands beside uses:, not in with${HINT_MARK}move it out of with:` })
    .optional();

export const approveSchema = closed(
  {
    message: orExpression(text('a question').min(1).max(4_000), ['string'])
      .optional()
      .describe('What is asked. Default: whether the run may go on.'),
    role: names.optional().describe('Who may answer: holders of one of these roles. Default: all.'),
    form: z
      .record(z.string(), paramSchema, {
        error: ({ input }) => `expected a mapping of fields, found ${describe(input)}`,
      })
      .optional()
      .describe('Typed fields that whoever approves fills in; later steps read them.'),
    notify: names.optional().describe('Channels that are told of the question and of its end.'),
    timeout: beside('timeout'),
    onTimeout: beside('onTimeout'),
  },
  {
    approvers: 'role: names who may answer: role: ml-lead',
    minApprovals: 'one answer settles a step; for two people write two steps',
    escalate: 'timeout and onTimeout stand beside uses: and say what happens at the deadline',
    remind: 'notify: tells of the question and of its end',
  },
) satisfies z.ZodType<Written<ApproveInputs>>;
