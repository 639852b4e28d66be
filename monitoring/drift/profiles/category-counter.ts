import { categoryName } from './category-name.js';
import { type CategoryCounts, COUNTED_CATEGORIES, type DistinctCount } from './data-profile.js';
import { DistinctCounter } from './distinct-counter.js';

/**
 * Counts categories in bounded memory: exactly up to {@link COUNTED_CATEGORIES} of them, past that
 * by Misra and Gries' method, which undercounts by at most rows / COUNTED_CATEGORIES and says by how
 * much at most.
 *
 * @see J. Misra, D. Gries, Finding repeated elements, 1982
 * @see P. Agarwal et al., Mergeable summaries, 2012 (its merge)
 */
export class CategoryCounter {
  readonly #counts = new Map<string, number>();
  #rows = 0;
  #undercount = 0;
  /** From when categories have been given up. */
  #distinct: DistinctCounter | null = null;

  /** @param rows - of this category, > 0 */
  add(text: string, rows = 1): void {
    const name = categoryName(text);
    const counted = this.#counts.get(name);
    this.#counts.set(name, (counted ?? 0) + rows);
    this.#rows += rows;
    if (counted !== undefined) return;
    this.#distinct?.addText(name);
    if (this.#counts.size > 2 * COUNTED_CATEGORIES) this.#prune();
  }

  /** Adds what was counted elsewhere; its bound is added to the own. */
  merge(counts: CategoryCounts, registers: Uint8Array | null): void {
    if (registers !== null) {
      this.#distinct ??= this.#startDistinct();
      this.#distinct.merge(registers);
    }
    counts.values.forEach((name, i) => {
      this.add(name, counts.counts[i] ?? 0);
    });
    this.#rows += counts.otherRows;
    this.#undercount += counts.undercount;
  }

  distinct(): DistinctCount {
    if (this.#counts.size > COUNTED_CATEGORIES) this.#prune();
    if (this.#distinct === null) {
      return { count: this.#counts.size, exact: true, registers: null };
    }
    const count = Math.min(this.#rows, Math.max(this.#counts.size, this.#distinct.estimate()));
    return { count, exact: false, registers: this.#distinct.registers.slice() };
  }

  counts(): CategoryCounts {
    if (this.#counts.size > COUNTED_CATEGORIES) this.#prune();
    const sorted = [...this.#counts].sort(([a, rows], [b, others]) =>
      rows === others ? (a < b ? -1 : 1) : others - rows,
    );
    const counts = Float64Array.from(sorted, ([, rows]) => rows);
    return {
      values: sorted.map(([name]) => name),
      counts,
      otherRows: this.#rows - counts.reduce((sum, rows) => sum + rows, 0),
      undercount: this.#undercount,
    };
  }

  /** Takes from every count that of the first category too many, which leaves at most as many as may be. */
  #prune(): void {
    this.#distinct ??= this.#startDistinct();
    const descending = Float64Array.from(this.#counts.values()).sort().reverse();
    const taken = descending[COUNTED_CATEGORIES] ?? 0;
    for (const [name, rows] of this.#counts) {
      if (rows > taken) this.#counts.set(name, rows - taken);
      else this.#counts.delete(name);
    }
    this.#undercount += taken;
  }

  #startDistinct(): DistinctCounter {
    const counter = new DistinctCounter();
    for (const name of this.#counts.keys()) counter.addText(name);
    return counter;
  }
}
