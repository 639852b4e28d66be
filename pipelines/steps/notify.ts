import * as z from 'zod';
import { type NotifyInputs, SEVERITIES } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe, text } from '../schema/scalars.js';
import { choice } from './fields.js';
import { orExpression, type Written } from './open-value.js';

const channel = text('the name of a channel').regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
  error: `not the name of a channel${HINT_MARK}as channels.yaml names it: ops`,
});

export const notifySchema = closed(
  {
    channel: z
      .union([channel, z.array(channel).min(1)], {
        error: ({ input }) => `expected a channel or a list of them, found ${describe(input)}`,
      })
      .describe('Channels of the installation that are told.'),
    title: orExpression(text('a title').min(1).max(300), ['string'])
      .optional()
      .describe('One line. Default: the pipeline and how its run stands.'),
    message: orExpression(text('a message').max(10_000), ['string'])
      .optional()
      .describe('A few sentences. Default: what became of the run, and where to look.'),
    severity: choice(SEVERITIES)
      .optional()
      .describe('Default: critical after a failure, else info.'),
  },
  {
    to: 'it is called channel',
    template: 'write title and message: expressions may stand in them',
    attach: 'write in message where it is',
  },
) satisfies z.ZodType<Written<NotifyInputs>>;
