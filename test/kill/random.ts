/**
 * Random numbers in [0, 1) that a seed repeats (mulberry32).
 *
 * @see T. Ettinger, Mulberry32, 2017
 */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Seeds of a sweep: `MILLRACE_KILLS` says how many kills, `MILLRACE_SEED` where they begin. */
export function killSeeds(byDefault: number): readonly number[] {
  const kills = Number(process.env['MILLRACE_KILLS'] ?? byDefault);
  const first = Number(process.env['MILLRACE_SEED'] ?? 1);
  return Array.from({ length: kills }, (_, i) => first + i);
}
