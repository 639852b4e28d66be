import * as z from 'zod';
import { CACHE_SCOPES } from '../../contracts/index.js';
import { suggestion } from '../nearest.js';
import { closed, HINT_MARK } from './closed.js';
import { describe, duration, text } from './scalars.js';

const policySchema = closed({
  ttl: duration({ minMs: 1 }).optional().describe('Older results are not found again.'),
  salt: z
    .union([text('text').min(1).max(200), z.number()])
    .optional()
    .describe('Part of the key: change it to have the step done anew.'),
  scope: z
    .enum(CACHE_SCOPES, {
      error: ({ input }) => {
        const near = typeof input === 'string' ? suggestion(input, CACHE_SCOPES) : undefined;
        return `unknown scope: ${describe(input)}${HINT_MARK}${near ?? `one of ${CACHE_SCOPES.join(', ')}`}`;
      },
    })
    .optional()
    .describe('Who finds the result again; shared: of runs that need it at once one computes it.'),
});

/** `false`, or how the result of a step is found again. */
export const cacheSchema = z
  .union([z.literal(false), policySchema], {
    error: ({ input }) =>
      `expected false or a mapping, found ${describe(input)}${HINT_MARK}cache: false, or cache: {ttl: 1d}; without it a result is found again by its content`,
  })
  .describe(
    'false: always done. A mapping says how long, and for whom, its result is found again.',
  );

export type CacheSource = z.infer<typeof cacheSchema>;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables of a step's process. */
export const envSchema = z.record(
  text('the name of a variable')
    .regex(VARIABLE, {
      error: `not the name of a variable${HINT_MARK}letters, digits and underscores, not a digit first`,
    })
    .refine((name) => !/^(MILLRACE|TEMPORAL)_/.test(name), {
      error: `variables that begin with MILLRACE_ or TEMPORAL_ are millrace's own${HINT_MARK}choose another name`,
    }),
  z.union([z.string(), z.number(), z.boolean(), z.null()], {
    error: ({ input }) =>
      `expected text, found ${describe(input)}${HINT_MARK}nothing after the colon takes the worker's own value`,
  }),
  { error: ({ input }) => `expected a mapping of variables, found ${describe(input)}` },
);
