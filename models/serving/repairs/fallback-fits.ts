import { MillraceError, type ModelSignature } from '../../../contracts/index.js';

/**
 * Whether a version can answer the requests that the champion gets: it knows every field that they
 * may carry, and needs none that they may lack.
 *
 * @throws MillraceError `InvalidInput` naming the fields
 */
export function requireFallbackFits(champion: ModelSignature, fallback: ModelSignature): void {
  const known = new Set([...fallback.inputs, ...fallback.context].map(({ name }) => name));
  const foreign = [...champion.inputs, ...champion.context].filter(({ name }) => !known.has(name));
  const given = new Map(champion.inputs.map((input) => [input.name, input]));
  const lacking = fallback.inputs.filter(
    ({ name, nullable }) => !nullable && given.get(name)?.nullable !== false,
  );
  const otherwise = fallback.inputs.filter(({ name, tensor }) => {
    const input = given.get(name);
    return input !== undefined && input.tensor !== tensor;
  });
  const complaints = [
    ...foreign.map(({ name }) => `it does not know ${name}`),
    ...lacking.map(({ name }) => `it needs ${name}, which requests may leave out`),
    ...otherwise.map(({ name }) => `it takes ${name} as another type`),
  ];
  if (complaints.length === 0) return;
  throw new MillraceError(
    'InvalidInput',
    `it cannot stand in for the champion: ${complaints.join(', ')}`,
    'choose another version as the fallback',
  );
}
