import * as z from 'zod';
import { MillraceError } from '../../../contracts/index.js';

const number = z.number();

const resultSchema = z.strictObject({
  statistic: number.nullable(),
  pValue: number.min(0).max(1).nullable(),
  note: z.string().nullable(),
  details: z.record(z.string(), number),
  /** One a feature: what each has to do with it. */
  contributions: z.array(number).optional(),
  /** Of an outlier method, with the scores of all rows of both sides. */
  threshold: number.optional(),
  referenceScores: z.array(number).optional(),
  currentScores: z.array(number).optional(),
});

/** What `python/drift.py` hands back. */
export type ProgramResult = z.infer<typeof resultSchema>;

/** @throws MillraceError `StepContractBroken` when it is something else */
export function parseProgramResult(document: unknown): ProgramResult {
  const parsed = resultSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MillraceError(
    'StepContractBroken',
    `drift.py: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
    'its Python files and millrace are of different versions: install again',
  );
}
