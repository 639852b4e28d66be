import type { z } from 'zod';
import type { RegisterInputs } from '../../contracts/index.js';
import { closed } from '../schema/closed.js';
import { artifact, type Written } from './open-value.js';

export const registerSchema = closed(
  { model: artifact('an evaluated model').describe('Model that becomes a version.') },
  ['tags', 'description', 'approval', 'alias'],
) satisfies z.ZodType<Written<RegisterInputs>>;
