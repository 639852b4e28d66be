import type { CardSection } from '../card-section.js';
import { data } from './data.js';
import { experiments } from './experiments.js';
import { explanations } from './explanations.js';
import { fairness } from './fairness.js';
import { history } from './history.js';
import { labelling } from './labelling.js';
import { monitoring } from './monitoring.js';
import { performance } from './performance.js';
import { plan } from './plan.js';
import { schema } from './schema.js';
import { training } from './training.js';
import { use } from './use.js';

/** Every part of a card, in its order: another part is a file here and a line in this list. */
export const CARD_SECTIONS: readonly CardSection[] = [
  use,
  data,
  schema,
  labelling,
  experiments,
  training,
  plan,
  performance,
  fairness,
  monitoring,
  explanations,
  history,
];
