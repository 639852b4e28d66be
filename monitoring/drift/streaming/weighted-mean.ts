import type { JsonObject } from '../../../contracts/index.js';
import type { SnapshotState } from './snapshot-state.js';

/** An exponentially weighted mean and what McDiarmid's inequality needs to bound it. */
export class WeightedMean {
  mean = 0;
  /** Sum of the squared weights; 1 before the first value, as in the paper. */
  squaredWeights = 1;
  n = 0;

  /** @param weight - of each new value, in (0, 1] */
  constructor(private readonly weight: number) {}

  add(x: number): void {
    const { weight } = this;
    this.mean = this.n === 0 ? x : weight * x + (1 - weight) * this.mean;
    this.squaredWeights = weight * weight + (1 - weight) * (1 - weight) * this.squaredWeights;
    this.n += 1;
  }

  clear(): void {
    this.mean = 0;
    this.squaredWeights = 1;
    this.n = 0;
  }

  copyFrom(other: WeightedMean): void {
    this.mean = other.mean;
    this.squaredWeights = other.squaredWeights;
    this.n = other.n;
  }

  save(name: string): JsonObject {
    return { [name]: [this.mean, this.squaredWeights, this.n] };
  }

  load(name: string, state: SnapshotState): void {
    const [mean = 0, squaredWeights = 1, n = 0] = state.numbers(name, 3);
    this.mean = mean;
    this.squaredWeights = squaredWeights;
    this.n = n;
  }
}
