import { describe, expect, it } from 'vitest';
import type { ReferenceProfile } from '../../../monitoring/drift/index.js';
import { buildProfile } from '../../../monitoring/measuring/build-profile.js';
import { monitorSpec } from './monitor-spec.js';
import { asClass, hoursOf, monitoredWorld, REFERENCE_WEEKS } from './monitored-world.js';

describe('building a reference profile', () => {
  it('covers features, predictions and labels of training data and hold-out', async () => {
    const world = await monitoredWorld();
    const manifest = await world.manifestOf('linear', hoursOf(0, REFERENCE_WEEKS));
    let beats = 0;
    const ref = await buildProfile(world, manifest, monitorSpec(), {
      onProgress: () => {
        beats += 1;
      },
    });
    expect(ref.mediaType).toBe('application/vnd.millrace.profile+json');
    expect(beats).toBe(4);
    const profile = await world.artifacts.readJson<ReferenceProfile>(ref);
    expect(profile).toMatchObject({
      format: 'millrace-profile/1',
      rows: REFERENCE_WEEKS * 168,
      typicalWindowRows: 168,
      period: { start: '2024-01-01T00:00:00Z', end: '2024-04-22T00:00:00Z' },
    });
    expect(profile.features.map(({ name, kind }) => [name, kind])).toEqual([
      ['a', 'numeric'],
      ['b', 'numeric'],
    ]);
    for (const column of [...profile.features, profile.prediction, profile.target]) {
      expect(column.rows).toBe(REFERENCE_WEEKS * 168);
      expect(column.calibrations[0]).toMatchObject({ method: 'reference-windows', windows: 16 });
    }
  });

  it('measures performance per window on the hold-out alone', async () => {
    const world = await monitoredWorld();
    const manifest = await world.manifestOf('linear', hoursOf(0, REFERENCE_WEEKS));
    const ref = await buildProfile(world, manifest, monitorSpec());
    const { performance } = await world.artifacts.readJson<ReferenceProfile>(ref);
    expect(performance.map(({ start, rows }) => [start, rows])).toEqual([
      ['2024-03-25T00:00:00Z', 168],
      ['2024-04-01T00:00:00Z', 168],
      ['2024-04-08T00:00:00Z', 168],
      ['2024-04-15T00:00:00Z', 168],
    ]);
    // The label is 2a + b and normal noise, whose mean absolute value is √(2/π).
    for (const { metrics } of performance) expect(metrics['mae']).toBeCloseTo(0.8, 0);
  });

  it('gives the same reference for the same model', async () => {
    const world = await monitoredWorld();
    const manifest = await world.manifestOf('linear', hoursOf(0, REFERENCE_WEEKS));
    const [once, again] = [
      await buildProfile(world, manifest, monitorSpec()),
      await buildProfile(world, manifest, monitorSpec()),
    ];
    expect(again).toEqual(once);
  });

  it('takes classes as categories, and does without time', async () => {
    const world = await monitoredWorld();
    const manifest = await world.manifestOf('classifier', hoursOf(0, REFERENCE_WEEKS, asClass));
    const spec = monitorSpec({ timeColumn: 'elsewhere', performance: null });
    const timeless = { ...manifest, signature: { ...manifest.signature, context: [] } };
    const ref = await buildProfile(world, timeless, spec);
    const profile = await world.artifacts.readJson<ReferenceProfile>(ref);
    expect(profile.prediction).toMatchObject({ kind: 'categorical', distinct: 2 });
    expect(profile.target).toMatchObject({ kind: 'categorical', distinct: 2 });
    expect(profile.period).toBeNull();
    expect(profile.features[0]?.calibrations[0]?.method).toBe('resampled');
  });

  it('says which column the reference lacks', async () => {
    const world = await monitoredWorld();
    const manifest = await world.manifestOf('linear', hoursOf(0, REFERENCE_WEEKS));
    await expect(
      buildProfile(world, { ...manifest, target: 'sales' }, monitorSpec()),
    ).rejects.toThrow(/no column sales/);
  });
});
