/** As millrace has it: workflows on one queue, the work of steps on another. */
export const PLAIN_QUEUE = { control: 'plain-control', steps: 'plain-steps' } as const;
