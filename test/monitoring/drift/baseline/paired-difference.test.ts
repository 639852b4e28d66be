import { describe, expect, it } from 'vitest';
import {
  pairedDifference,
  timeBlocks,
} from '../../../../monitoring/drift/baseline/paired-difference.js';
import { HOUR_MS, hourTimes, normals } from '../seasonal-stream.js';

describe('paired difference', () => {
  it('gives its worked example', () => {
    const result = pairedDifference(Float64Array.of(1, 1, 3, 3), Float64Array.of(0, 0, 1, 1));
    expect(result?.mean).toBe(2);
    expect(result?.low).toBeCloseTo(2 - 12.7062047, 6);
    expect(result?.high).toBeCloseTo(2 + 12.7062047, 6);
  });

  it('has no interval from a single block', () => {
    expect(pairedDifference(Float64Array.of(1, 2), Float64Array.of(0, 0))).toBeNull();
  });

  it('holds its 5 % on rows that are alike within a day, where rows alone would not', () => {
    const next = normals(77);
    const runs = 1_000;
    const times = hourTimes(14 * 24);
    const rows = Float64Array.from(times, (_, row) => row);
    let [byDay, byRow] = [0, 0];
    for (let run = 0; run < runs; run += 1) {
      let day = 0;
      const differences = Float64Array.from(times, (_, hour) => {
        if (hour % 24 === 0) day = next();
        return day + next();
      });
      const excludesZero = (blocks: Float64Array) => {
        const result = pairedDifference(differences, blocks);
        return result !== null && (result.low > 0 || result.high < 0) ? 1 : 0;
      };
      byDay += excludesZero(timeBlocks(times));
      byRow += excludesZero(rows);
    }
    console.log(`null, seed 77, ${runs} runs: by day ${byDay / 10} %, by row ${byRow / 10} %`);
    expect(byDay / runs).toBeLessThan(0.075);
    expect(byDay / runs).toBeGreaterThan(0.025);
    expect(byRow / runs).toBeGreaterThan(0.3);
  });

  it('cuts short windows into eight runs of rows', () => {
    const minutes = Float64Array.from({ length: 80 }, (_, i) => (i * HOUR_MS) / 60);
    expect(new Set(timeBlocks(minutes)).size).toBe(8);
    expect(new Set(timeBlocks(hourTimes(168))).size).toBe(7);
  });
});
