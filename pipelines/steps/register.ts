import type { z } from 'zod';
import {
  REGISTERED_APPROVALS,
  type RegisterInputs,
  type ServerInputs,
  ServerProblem,
  type SignatureInputs,
  serverOf,
  signatureOf,
} from '../../contracts/index.js';
import { closed, HINT_MARK } from '../schema/closed.js';
import { choice } from './fields.js';
import { artifact, OpenValue, type Written } from './open-value.js';
import { serverSchema, signatureSchema } from './server-fields.js';

export const registerSchema = closed(
  {
    model: artifact('an evaluated model').optional().describe('Model that becomes a version.'),
    server: serverSchema
      .optional()
      .describe('Server that answers in its place, where the model is no ONNX graph.'),
    signature: signatureSchema.optional().describe('What the model of the server takes and gives.'),
    data: artifact('the data of an earlier step')
      .optional()
      .describe('With a server: rows that show what is usual; a monitor needs them.'),
    holdout: artifact('the hold-out of an earlier step')
      .optional()
      .describe('With a server: labelled rows that the version is measured on.'),
    approval: choice(REGISTERED_APPROVALS)
      .optional()
      .describe(
        'pending: nothing deploys the version before a person has approved it. Default approved.',
      ),
  },
  {
    tags: 'millrace models tag NAME@VERSION adds them',
    description: 'what people say of the model stands in card: at the top',
    alias: 'the champion is moved by deploy, other aliases by millrace models alias',
  },
).superRefine((inputs, context) => {
  if (context.issues.length > 0) return;
  const complain = (path: readonly string[], message: string): void =>
    context.addIssue({ code: 'custom', path: [...path], message });
  const { model, server, signature } = inputs;
  if (model !== undefined && server !== undefined) {
    complain(['server'], `model and server exclude each other${HINT_MARK}keep one of them`);
    return;
  }
  if (server === undefined) {
    if (model === undefined) {
      complain([], `it says neither which model nor which server${HINT_MARK}add model: or server:`);
    }
    for (const key of ['signature', 'data', 'holdout'] as const) {
      if (inputs[key] !== undefined) {
        complain([key], `${key} belongs to a server${HINT_MARK}a trained model has its own`);
      }
    }
    return;
  }
  if (signature === undefined) {
    complain(['server'], `nobody knows what it takes and gives${HINT_MARK}add signature:`);
    return;
  }
  try {
    // An address that an expression gives is not known yet.
    const url: unknown = server.url;
    const known = url instanceof OpenValue ? { ...server, url: 'http://later' } : server;
    serverOf(known as ServerInputs, '');
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error;
    complain(['server', ...error.path], error.message);
  }
  try {
    signatureOf(signature as SignatureInputs, server as ServerInputs);
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw error;
    complain(['signature', ...error.path], error.message);
  }
}) satisfies z.ZodType<Written<RegisterInputs>>;
