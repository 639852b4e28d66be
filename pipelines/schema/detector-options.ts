import * as z from 'zod';
import type { ConceptDetector } from '../../contracts/index.js';
import { closed, HINT_MARK } from './closed.js';

const count = (from: number, to: number) => z.number().int().min(from).max(to).optional();
const inside = z.number().gt(0).lt(1).optional();
const positive = z.number().gt(0).optional();
const fromZero = z.number().min(0).optional();
const upToOne = z.number().gt(0).max(1).optional();
const sides = z.enum(['up', 'down', 'both']).optional();
const MANY = 1e9;
const LARGEST = 1e100;

const hddm = {
  driftConfidence: inside,
  warningConfidence: inside,
  twoSided: z.boolean().optional(),
};

/**
 * Options of each detector with their ranges: those of the drift library, which a test compares. An
 * option that is not given has the library's default.
 */
export const DETECTOR_OPTIONS: Readonly<Record<ConceptDetector, z.ZodType>> = {
  adwin: closed({
    delta: inside,
    clock: count(1, MANY),
    maxBuckets: count(2, 1_000),
    minWindowLength: count(1, MANY),
    gracePeriod: count(1, MANY),
  }),
  ddm: closed({
    warmStart: count(0, MANY),
    warningThreshold: positive,
    driftThreshold: positive,
  }),
  eddm: closed({ warmStart: count(0, MANY), alpha: inside, beta: inside }).refine(
    ({ alpha = 0.95, beta = 0.9 }) => beta <= alpha,
    { error: `beta must be at most alpha${HINT_MARK}they are 0.9 and 0.95 by default` },
  ),
  'hddm-a': closed(hddm),
  'hddm-w': closed({ ...hddm, lambda: upToOne }),
  'page-hinkley': closed({
    minInstances: count(1, MANY),
    delta: fromZero,
    threshold: positive,
    alpha: upToOne,
    mode: sides,
  }),
  kswin: closed({
    alpha: inside,
    windowSize: count(4, 10_000),
    statSize: count(2, 5_000),
    seed: count(0, 2 ** 32 - 1),
  }).refine(({ windowSize = 100, statSize = 30 }) => windowSize >= 2 * statSize, {
    error: `windowSize must be at least twice statSize${HINT_MARK}they are 100 and 30 by default`,
  }),
  cusum: closed({
    minInstances: count(2, MANY),
    slack: fromZero,
    threshold: positive,
    mode: sides,
    mean: z.number().min(-LARGEST).max(LARGEST).nullable().optional(),
    standardDeviation: z.number().gt(0).max(LARGEST).nullable().optional(),
  }),
};
