import * as z from 'zod';
import { closed, HINT_MARK } from './closed.js';
import { describe, text } from './scalars.js';

const MOST_CHARACTERS = 4_000;
const MOST_STATEMENTS = 50;

const said = text('text')
  .trim()
  .min(1, {
    error: `the text is empty${HINT_MARK}leave the key out: the card says what is missing`,
  })
  .max(MOST_CHARACTERS, { error: `the text is longer than ${MOST_CHARACTERS} characters` });

/** One statement or several. */
const statements = z.union([said, z.array(said).min(1).max(MOST_STATEMENTS)], {
  error: ({ input }) =>
    typeof input === 'string' || Array.isArray(input)
      ? undefined
      : `expected text or a list of texts, found ${describe(input)}`,
});

export const cardSchema = closed(
  {
    intendedUse: statements.optional().describe('Decisions that the model is for.'),
    outOfScope: statements.optional().describe('Uses that it is not for.'),
    limitations: statements.optional().describe('Where it is known to do badly.'),
    owner: said.optional().describe('Person or team who answers for it.'),
    dataSources: statements.optional().describe('Where the data comes from, and by what right.'),
    labelling: said.optional().describe('How the labels came about.'),
    licence: said.optional().describe('SPDX expression or a name: Apache-2.0, proprietary.'),
  },
  {
    risk: 'it stands in monitor: {risk: high}, where it has an effect',
    ethics: 'say it in limitations or outOfScope',
    contact: 'say it in owner',
    references: 'say it in dataSources',
  },
);

export type CardSource = z.infer<typeof cardSchema>;
