import * as z from 'zod';
import { SERVER_PROTOCOLS } from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { duration, text } from '../schema/scalars.js';
import { artifact, orExpression } from './open-value.js';

const words = orExpression(text('text').min(1), ['string', 'integer', 'number']);
const variable = text('the name of a variable').regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
  error: `not the name of a variable${HINT_MARK}letters, digits and _: MODEL_TOKEN`,
});

/** A server that answers for the model, as a `register` step has it. */
export const serverSchema = closed(
  {
    protocol: z
      .enum(SERVER_PROTOCOLS)
      .describe(
        'What it speaks: oip, the Open Inference Protocol V2; invocations, MLflow scoring.',
      ),
    url: orExpression(text('an address').min(1), ['string'])
      .optional()
      .describe('Address of a server that others run.'),
    token: variable.optional().describe('Environment variable that holds the bearer token for it.'),
    command: orExpression(z.array(words).min(1), [])
      .optional()
      .describe('Command of a server that millrace starts; {port} and {model} are filled in.'),
    env: z.record(variable, words).optional().describe('Environment of the command.'),
    files: artifact('what a step made')
      .optional()
      .describe('What the command serves: a file, or a directory that a run: step handed on.'),
    startTimeout: duration({ minMs: 100, maxMs: 3_600_000 })
      .optional()
      .describe('Longest time until the command can be asked. Default 60s.'),
    ready: text('a path')
      .regex(/^\//, { error: `not a path${HINT_MARK}begin it with /` })
      .optional()
      .describe("Answers 200 once the server can be asked. Default: the protocol's own."),
    timeout: duration({ minMs: 10, maxMs: 600_000 })
      .optional()
      .describe('Longest time of one request to it. Default 30s.'),
    model: words.optional().describe('Name of the model there; oip needs it.'),
    version: words.optional().describe('Version of the model there. Default: whichever answers.'),
    table: closed({
      name: text('a name').min(1).describe('Of the tensor.'),
      datatype: z.enum(['FP32', 'FP64']).optional().describe('Default FP64.'),
    })
      .optional()
      .describe('One tensor for all inputs. Default: one a column.'),
    output: text('a name').min(1).optional().describe('Output that is the prediction.'),
    probabilities: text('a name')
      .min(1)
      .optional()
      .describe('Output with the probabilities of the classes. Default: it gives none.'),
  },
  {
    grpc: 'servers are asked over HTTP',
    replicas: 'start them yourself behind one url',
    image: 'name the command that starts it: command: [docker, run, …]',
    headers: 'token: names the variable that holds a bearer token',
  },
);

const kind = z.enum(['number', 'integer', 'boolean', 'string']);
const columnName = text('a column name').min(1).max(200);

/** What a model that was not trained here takes and gives. */
export const signatureSchema = closed({
  task: z
    .enum(['regression', 'classification'])
    .optional()
    .describe('Default: regression where the output is a number.'),
  inputs: z
    .array(
      closed({
        name: columnName,
        kind: kind.optional().describe('Default number.'),
        nullable: z.boolean().optional().describe('May be missing. Default false.'),
      }),
    )
    .min(1)
    .describe('Columns that the model takes, in their order.'),
  context: z
    .array(
      closed({
        name: columnName,
        role: z.enum(['time', 'key', 'group', 'entity']),
        kind: z.enum(['number', 'integer', 'boolean', 'string', 'timestamp']).optional(),
      }),
    )
    .optional()
    .describe('Columns that requests may carry and that are logged, but not given to the model.'),
  output: closed({
    name: columnName,
    kind: kind.optional().describe('Default: that of the classes, else number.'),
    classes: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(2)
      .refine((classes) => new Set(classes).size === classes.length, {
        error: 'a class is named twice',
      })
      .optional()
      .describe('What it may answer. Without them every value of its kind.'),
  }).describe('What the model answers; labels come back under this name.'),
});
