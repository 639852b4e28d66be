import fc from 'fast-check';

/**
 * fast-check with one seed for all runs, so that a test says the same today and tomorrow.
 * `FAST_CHECK_SEED=7 npx vitest run …` looks elsewhere; a failure prints its seed and path.
 */
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20_261_121) });

export { fc };
