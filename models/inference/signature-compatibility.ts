import type { ModelSignature } from '../../contracts/index.js';

/**
 * What keeps a version from answering the requests that come now, one clause each; empty when it
 * can. It must find all it needs in what the live version takes or logs, and answer in the same kind.
 *
 * @example signatureObstacles(signature, signature); // []
 */
export function signatureObstacles(
  version: ModelSignature,
  live: ModelSignature,
): readonly string[] {
  // What the live version does not use may be there, and may not.
  const beside = live.context.filter(({ role }) => role !== 'unused');
  const carried = new Map([...beside, ...live.inputs].map(({ name, kind }) => [name, kind]));
  const obstacles = version.inputs.flatMap(({ name, tensor, nullable }) => {
    const kind = carried.get(name);
    if (kind === undefined) {
      return nullable ? [] : [`needs the input ${name}, which requests do not carry`];
    }
    const isText = kind === 'string' || kind === 'timestamp';
    if (isText === (tensor === 'categorical')) return [];
    return [`takes ${name} as ${isText ? 'a number' : 'text'}, requests carry it as ${kind}`];
  });
  if (version.task !== live.task) obstacles.push(`is a ${version.task}, not a ${live.task}`);
  if (version.output.name !== live.output.name || version.output.kind !== live.output.kind) {
    obstacles.push(
      `answers ${version.output.name} (${version.output.kind}), not ${live.output.name} (${live.output.kind})`,
    );
  }
  return obstacles;
}
