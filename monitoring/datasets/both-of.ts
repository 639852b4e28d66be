/**
 * Waits for work on both sides, also where one of them fails: a table may not be closed while a
 * query of it still runs.
 *
 * @throws what the first of them that failed threw
 */
export async function bothOf<A, B>(
  reference: Promise<A>,
  current: Promise<B>,
): Promise<readonly [A, B]> {
  await Promise.allSettled([reference, current]);
  return [await reference, await current];
}
