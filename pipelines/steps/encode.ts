import * as z from 'zod';
import {
  CATEGORY_ENCODINGS,
  type ColumnEncoding,
  type EncodeInputs,
  NUMBER_ENCODINGS,
  WORD_ENCODINGS,
} from '../../contracts/index.js';
import { suggestion } from '../nearest.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe, text } from '../schema/scalars.js';
import { wantsChoice, wantsTarget } from './check-columns.js';
import { integer } from './fields.js';
import { fittedFields } from './fitted-fields.js';
import { orExpression, type Written, wordOr } from './open-value.js';

const ENCODINGS = [...NUMBER_ENCODINGS, ...CATEGORY_ENCODINGS, ...WORD_ENCODINGS] as const;

const LONGEST_NGRAM = 5;

const words = closed({
  ngrams: z
    .tuple([z.number().int().min(1), z.number().int().max(LONGEST_NGRAM)])
    .refine(([shortest, longest]) => shortest <= longest, {
      error: `the shortest run of words is longer than the longest${HINT_MARK}ngrams: [1, 2]`,
    })
    .optional()
    .describe('Shortest and longest run of words that counts as one. Default [1, 1].'),
  maxTerms: integer(1, 20_000).optional().describe('The most frequent only. Default 1000.'),
  minDocuments: integer(1, 1_000_000)
    .optional()
    .describe('Only what so many texts hold. Default 1.'),
});

const encoding = wordOr<Written<ColumnEncoding>>(
  orExpression(
    z.enum(ENCODINGS, {
      error: ({ input }) => {
        const near = suggestion(String(input), ENCODINGS);
        return `unknown encoding: ${describe(input)}${HINT_MARK}${near ?? `there are ${ENCODINGS.join(', ')}`}`;
      },
    }),
    ['string'],
  ),
  {
    ordinal: closed({
      ordinal: z
        .array(z.union([z.string().min(1), z.number()]))
        .min(2)
        .refine((values) => new Set(values).size === values.length, {
          error: 'a value is named twice',
        })
        .describe('From the least to the greatest.'),
    }),
    bagOfWords: closed({ bagOfWords: words }),
    tfIdf: closed({ tfIdf: words }),
  },
);

export const encodeSchema = closed(
  {
    ...fittedFields,
    columns: z
      .record(text('a column name').min(1), encoding)
      .optional()
      .describe('Column → standard, minMax, log, oneHot, ordinal, bagOfWords or tfIdf.'),
    numbers: encoding.optional().describe('Of all columns of numbers not named in columns.'),
    texts: encoding.optional().describe('Of all columns of text not named in columns.'),
  },
  {
    method: 'name it for each column: columns: {city: oneHot}',
    strategy: 'name it for each column: columns: {city: oneHot}',
    encoder: 'name it for each column: columns: {city: oneHot}',
    unknown: 'what becomes of a value that fitting did not see is a part of each encoding',
    target_encoding: 'a run: step can do it',
  },
)
  .superRefine(wantsChoice)
  .superRefine(wantsTarget) satisfies z.ZodType<Written<EncodeInputs>>;
