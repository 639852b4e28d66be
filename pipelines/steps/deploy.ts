import * as z from 'zod';
import type { DeployInputs } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe } from '../schema/scalars.js';
import { integer } from './fields.js';
import { orExpression, type Written } from './open-value.js';

const strategy = z.literal('replace', {
  error: ({ input }) => {
    const name = typeof input === 'object' && input !== null ? Object.keys(input)[0] : input;
    return LATER_STRATEGIES.includes(String(name))
      ? `the strategy ${String(name)} is not yet supported by this version of millrace${HINT_MARK}use replace`
      : `unknown strategy: ${describe(input)}${HINT_MARK}use replace`;
  },
});

const LATER_STRATEGIES: readonly string[] = ['canary', 'blueGreen', 'blue-green', 'shadow', 'ab'];

export const deploySchema = closed(
  {
    version: integer(1, Number.MAX_SAFE_INTEGER).describe('Version that is to become champion.'),
    strategy: orExpression(strategy, ['string'])
      .optional()
      .describe('How it takes over. Default, and so far the only one: replace.'),
  },
  ['target', 'timeout', 'analysis', 'approval'],
) satisfies z.ZodType<Written<DeployInputs>>;
