import * as z from 'zod';
import { HINT_MARK } from './closed.js';
import { describe } from './scalars.js';

/** Every file says which version of the language it is written in. */
export const apiVersion = z
  .literal('millrace/v1', {
    error: ({ input }) =>
      input === undefined
        ? undefined
        : `unknown version of the language: ${describe(input)}${HINT_MARK}write apiVersion: millrace/v1`,
  })
  .describe('Version of the language.');
