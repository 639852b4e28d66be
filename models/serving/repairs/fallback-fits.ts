import { MillraceError, type ModelSignature } from '../../../contracts/index.js';
import { standInObstacles } from '../../inference/index.js';

/**
 * Whether a version can answer the requests that the champion gets.
 *
 * @throws MillraceError `InvalidInput` naming the fields
 */
export function requireFallbackFits(champion: ModelSignature, fallback: ModelSignature): void {
  const complaints = standInObstacles(fallback, champion);
  if (complaints.length === 0) return;
  throw new MillraceError(
    'InvalidInput',
    `it cannot stand in for the champion: ${complaints.join(', ')}`,
    'choose another version as the fallback',
  );
}
