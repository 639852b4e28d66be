import type { z } from 'zod';
import * as zod from 'zod';
import { closed, HINT_MARK } from '../schema/closed.js';
import { describe, text } from '../schema/scalars.js';
import { column, eventTime } from './fields.js';
import { artifact } from './open-value.js';

/** The file is read when the pipeline is compiled, so its name cannot come from a run. */
const featureFile = zod.string({
  error: ({ input }) =>
    input === undefined
      ? undefined
      : typeof input === 'object'
        ? `the file of features is read when the pipeline is compiled${HINT_MARK}write its path out: features.yaml`
        : `expected a path, found ${describe(input)}`,
});

const viewNames = zod
  .array(text('the name of a feature view').min(1), {
    error: ({ input }) =>
      input === undefined
        ? undefined
        : `expected a list of feature views, found ${describe(input)}${HINT_MARK}views: [rider-activity]`,
  })
  .min(1);

export const featuresSchema = closed(
  {
    data: artifact('the data of an earlier step').describe(
      'Table with the key columns of the entities and an event time.',
    ),
    from: featureFile.describe('File of feature views, relative to the pipeline file.'),
    views: viewNames.describe(
      'Feature views to join, all their features or one: rider-activity, rider-activity:trips.',
    ),
    time: column
      .optional()
      .describe('Column that carries event time. Default: the one that data was ingested with.'),
  },
  {
    prefix: 'columns keep the names that the views give them',
    ttl: 'it stands in the feature view',
    entity: 'it stands in the feature view',
  },
) satisfies z.ZodType;

export const materializeSchema = closed(
  {
    from: featureFile.describe('File of feature views, relative to the pipeline file.'),
    views: viewNames.describe('Feature views whose latest values are written to the online store.'),
    until: eventTime.optional().describe('Rows after this event time are left out.'),
  },
  {
    since: 'the latest row of each entity is written, however old; until: bounds the other end',
    store: 'the installation has one online store',
  },
) satisfies z.ZodType;
