import type { ModelSignature } from '../../contracts/index.js';

/**
 * What keeps a version from answering the very requests that the champion gets, one clause each;
 * empty when it can. Unlike after a rollback the requests stay those of the champion: it must know
 * every field that they may carry, and need none that they may lack.
 *
 * @example standInObstacles(signature, signature); // []
 */
export function standInObstacles(
  version: ModelSignature,
  champion: ModelSignature,
): readonly string[] {
  const known = new Set([...version.inputs, ...version.context].map(({ name }) => name));
  const foreign = [...champion.inputs, ...champion.context].filter(({ name }) => !known.has(name));
  const given = new Map(champion.inputs.map((input) => [input.name, input]));
  const lacking = version.inputs.filter(
    ({ name, nullable }) => !nullable && given.get(name)?.nullable !== false,
  );
  const otherwise = version.inputs.filter(({ name, tensor }) => {
    const input = given.get(name);
    return input !== undefined && input.tensor !== tensor;
  });
  return [
    ...foreign.map(({ name }) => `it does not know ${name}`),
    ...lacking.map(({ name }) => `it needs ${name}, which requests may leave out`),
    ...otherwise.map(({ name }) => `it takes ${name} as another type`),
  ];
}
