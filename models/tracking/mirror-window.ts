import type { TimeWindow, WindowMeasurement } from '../../contracts/index.js';
import { type Point, writePoints } from './points.js';
import type { MirrorPass } from './ports.js';
import { digestOf, type RemoteRun, remoteRun } from './remote-run.js';
import { writeFacts } from './run-facts.js';
import { windowMetrics } from './window-metrics.js';

/** Writes what was measured of a window: of each version that was measured, in a run of its own. */
export async function mirrorWindow(
  pass: MirrorPass,
  model: string,
  window: TimeWindow,
): Promise<void> {
  const measured = await pass.registry.windowMeasurements(model, window);
  const step = await windowNumber(pass, model, window);
  for (const measurement of measured) {
    const run = await monitorRun(pass, measurement);
    const timestamp = Date.parse(window.end);
    const points = windowMetrics(measurement).map(
      ([key, value]): Point => ({ key, value, step, timestamp }),
    );
    await writePoints(pass, run, `points/${windowItem(measurement)}`, points);
    await pass.registry.mirror.putItem(pass.target.name, windowItem(measurement), {
      state: 'written',
      digest: windowDigest(measurement),
      remote: run.id,
    });
  }
}

/** What a measurement is in the mirror's book. */
export function windowItem({ model, version, window }: WindowMeasurement): string {
  return `window/${model}/${version}/${window.start}/${window.end}`;
}

export function windowDigest(measurement: WindowMeasurement): string {
  return digestOf(windowMetrics(measurement));
}

/** The run in which a version's windows are, in the experiment `monitor/<model>`. */
async function monitorRun(pass: MirrorPass, measurement: WindowMeasurement): Promise<RemoteRun> {
  const { model, version } = measurement;
  const record = await pass.registry.version(model, version);
  const run = await remoteRun(pass, {
    // With the run that made the version: another installation may have a model of this name.
    key: `monitor/${model}/${version}/${record?.runId ?? 'unknown'}`,
    experiment: `monitor/${model}`,
    name: `${model} ${version}`,
    user: 'millrace',
    startMs: Date.parse(measurement.window.start),
    tags: {
      'millrace.kind': 'monitor',
      'millrace.model': model,
      'millrace.version': String(version),
    },
  });
  await writeFacts(pass, run, `facts/monitor/${model}/${version}`, {
    params: {},
    tags: { 'millrace.trained_by': record?.runId ?? 'unknown' },
  });
  return run;
}

/** Counts a model's windows from 0 in the order in which they were first mirrored. */
async function windowNumber(pass: MirrorPass, model: string, window: TimeWindow): Promise<number> {
  const { mirror } = pass.registry;
  const prefix = `number/${model}/`;
  let numbers = pass.windowNumbers.get(model);
  if (numbers === undefined) {
    const items = await mirror.items(pass.target.name, prefix);
    numbers = new Map([...items].map(([key, { remote }]) => [key, Number(remote)]));
    pass.windowNumbers.set(model, numbers);
  }
  const item = `${prefix}${window.start}/${window.end}`;
  const known = numbers.get(item);
  if (known !== undefined) return known;
  const number = numbers.size;
  await mirror.putItem(pass.target.name, item, {
    state: 'written',
    digest: '',
    remote: String(number),
  });
  numbers.set(item, number);
  return number;
}
