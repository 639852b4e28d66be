/** Fewer rows than this are too few for a share or a mean, whatever it is of. */
export const SMALLEST_SAMPLE = 30;
