import * as z from 'zod';
import { closed, HINT_MARK } from './closed.js';
import { bytes, duration, readShare, share } from './scalars.js';

const MOST_ROWS = 1_000_000;

const rows = z.int().min(1).max(MOST_ROWS);

const logSchema = closed(
  {
    sample: share
      .refine((value) => readShare(value) > 0, {
        error: `nothing would be logged${HINT_MARK}give a share above 0: what is not logged cannot be monitored`,
      })
      .optional()
      .describe('Share of the requests that the prediction log keeps; all by default.'),
    keep: closed({
      for: duration({ minMs: 3_600_000 }).optional().describe('Older predictions are deleted.'),
      size: bytes.optional().describe('The oldest predictions beyond it are deleted.'),
    })
      .optional()
      .describe('How much of the log is kept; all by default.'),
    columns: z
      .record(z.string().min(1), z.enum(['hash', 'drop']))
      .optional()
      .describe('Columns with personal data: hashed with a key, or left out of the log.'),
  },
  {
    fsync: 'it is of the gateway: MILLRACE_LOG_FSYNC_MS',
    format: 'the log has one format',
  },
);

export const serveSchema = closed(
  {
    batch: closed({
      maxRows: rows.optional().describe('Most rows of one run of the model.'),
      maxDelay: duration({ maxMs: 1_000 })
        .optional()
        .describe('How long a request waits for others; not at all by default.'),
    })
      .optional()
      .describe('Requests that come together are computed together.'),
    queue: rows
      .optional()
      .describe('Rows that may wait for the model; what comes then is answered with 429.'),
    timeout: duration({ minMs: 10, maxMs: 600_000 })
      .optional()
      .describe('Longest time until the model has answered; 504 after it.'),
    outliers: z
      .boolean()
      .optional()
      .describe('Each answer names the inputs that are unlike the reference; off by default.'),
    unknownCategories: z
      .enum(['reject', 'asMissing', 'pass'])
      .optional()
      .describe('What becomes of a category that the reference never had; passed on by default.'),
    features: closed(
      {
        timeout: duration({ minMs: 1, maxMs: 60_000 })
          .optional()
          .describe('Longest time that a request waits for the online store; 100ms by default.'),
        onFailure: z
          .enum(['reject', 'asMissing'])
          .optional()
          .describe('Without an answer the request is refused (503), or they count as missing.'),
      },
      {
        store: 'it is of the gateway, which has one online store for all models',
      },
    )
      .optional()
      .describe('How features are looked up that a request does not bring.'),
    log: logSchema.optional().describe('What the prediction log keeps.'),
    sampling: closed({
      times: z.int().min(2).max(100).describe('How often each row is asked.'),
      concurrency: z
        .int()
        .min(1)
        .max(64)
        .optional()
        .describe('Most requests to the server at once. Default 4.'),
    })
      .optional()
      .describe('A generative model is asked several times: the commonest answer, and its share.'),
    cache: closed({
      maxEntries: z
        .int()
        .min(1)
        .max(10_000_000)
        .optional()
        .describe('Most answers of a version that are kept. Default 10,000.'),
      maxBytes: bytes.optional().describe('Most memory that they take. Default 16MiB.'),
      ttl: duration({ minMs: 1, maxMs: 30 * 86_400_000 })
        .optional()
        .describe('How long an answer is given again. Default 5m.'),
    })
      .optional()
      .describe('Answers are kept and given again to equal rows; not by default.'),
  },
  {
    replicas: 'start as many gateways as there shall be: millrace serve',
    memory: 'a gateway serves all models in one process: bound that process',
  },
);

export type ServeSource = z.infer<typeof serveSchema>;
