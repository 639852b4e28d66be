import type { DocumentPath } from '../issue.js';
import { placeKey } from '../source/document.js';

/**
 * Where values were written that stand somewhere else once templates and environments are laid over
 * the file: what an error about them points at.
 */
export class Origins {
  readonly #moved = new Map<string, DocumentPath>();

  get isEmpty(): boolean {
    return this.#moved.size === 0;
  }

  /** Records that what stands at `at` was written at `from`, which may itself have been moved. */
  move(at: DocumentPath, from: DocumentPath): void {
    const written = this.written(from);
    if (placeKey(at) !== placeKey(written)) this.#moved.set(placeKey(at), written);
  }

  /** The place in the file of what stands at a path now. */
  written(path: DocumentPath): DocumentPath {
    if (this.isEmpty) return path;
    for (let length = path.length; length > 0; length -= 1) {
      const from = this.#moved.get(placeKey(path.slice(0, length)));
      if (from !== undefined) return [...from, ...path.slice(length)];
    }
    return path;
  }
}
