import * as z from 'zod';
import { MillraceError } from '../../contracts/index.js';

const number = z.number();
const numbers = z.array(number);

const resultSchema = z.object({
  algorithm: z.string(),
  attributions: z.array(numbers).nullable(),
  baseValue: number.nullable(),
  classIndex: z.int().nullable(),
  scores: numbers,
  values: z.array(z.array(z.union([number, z.string(), z.null()]))),
  importance: numbers,
  spread: numbers.optional(),
  metric: z.string().optional(),
  measured: number.optional(),
  conditions: z.array(z.array(z.string())).optional(),
  fit: numbers.optional(),
  curves: z
    .array(
      z.object({
        feature: z.int(),
        values: z.array(z.union([number, z.string()])),
        average: numbers,
        individual: z.array(numbers).optional(),
      }),
    )
    .optional(),
  faithfulness: z
    .object({
      removed: z.int(),
      rows: z.int(),
      change: number,
      randomChange: number,
      ratio: number.nullable(),
      betterThanRandom: number,
    })
    .nullable(),
  consistency: z
    .object({ parts: z.int(), rows: z.int(), cosine: number, least: number })
    .nullable(),
  libraries: z.record(z.string(), z.string()),
});

/** What `python/explain.py` hands back; features by their place in the signature. */
export type ProgramResult = z.infer<typeof resultSchema>;

/** @throws MillraceError `StepContractBroken` when it is something else */
export function parseProgramResult(document: unknown): ProgramResult {
  const parsed = resultSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MillraceError(
    'StepContractBroken',
    `explain.py: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
    'its Python files and millrace are of different versions: install again',
  );
}
