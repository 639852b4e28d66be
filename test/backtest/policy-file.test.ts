import { expect, it } from 'vitest';
import { chooseStrategies, withLength } from '../../backtest/strategies/choose-strategies.js';
import { readPolicies } from '../../backtest/strategies/policy-file.js';
import { monitorSpec } from '../monitoring/measuring/monitor-spec.js';
import { DAY_MS, dailyPipeline } from './backtest-world.js';

const pipeline = { text: dailyPipeline(), file: 'line.yaml' };

function read(text: string) {
  return readPolicies({ text, file: 'policies.yaml' }, pipeline, '/');
}

function issues(text: string) {
  const found = read(text);
  if (found.ok) throw new Error('the file is valid');
  return found.issues.map(({ line, column, path, message }) => ({ line, column, path, message }));
}

it('lays each strategy over the monitor block and leaves the rest as it is', () => {
  const found = read(`
strategies:
  eager:
    guards: { cooldown: 0s, breaches: 1 of 1 }
  patient:
    performance: { worseThan: 40% }
    respond: { guards: { breaches: 3 of 4 } }
`);
  if (!found.ok) throw new Error(found.issues.map(({ message }) => message).join('; '));
  const [eager, patient] = found.variants;
  expect([eager?.name, patient?.name]).toEqual(['eager', 'patient']);
  expect(eager?.monitor.respond.guards).toMatchObject({ cooldownMs: 0, stopAfterIneffective: 9 });
  expect(eager?.monitor.respond.performance).toBe('retrain');
  expect(patient?.monitor.performance).toEqual({ metric: 'mae', worseThanShare: 0.4 });
  expect(patient?.monitor.respond.guards.breaches).toEqual({ count: 3, of: 4 });
});

it('takes the changes themselves for those of the policy', () => {
  const found = read('guards: { cooldown: 3d }');
  expect(found).toMatchObject({ ok: true, variants: [{ name: 'policy' }] });
  expect(read('monitor: { respond: { guards: { cooldown: 3d } } }')).toEqual(found);
});

it('lets a strategy cut windows in its own way, and the backtest say the length of the others', () => {
  const found = read(`
strategies:
  counted: { window: { rows: 500 } }
  sliding: { window: { every: 2d, slide: 1d } }
`);
  if (!found.ok) throw new Error('the file is valid');
  const length = 7 * DAY_MS;
  const monitor = withLength(found.variants[0]?.monitor ?? monitorSpec(), length);
  const chosen = chooseStrategies({ compare: [], variants: found.variants }, monitor);
  const cut = new Map(chosen.map(({ name, monitor: { window } }) => [name, window]));
  expect(cut.get('counted')).toMatchObject({ everyMs: length, rows: 500 });
  expect(cut.get('sliding')).toMatchObject({ everyMs: 2 * DAY_MS, slideMs: DAY_MS });
});

it('removes by null what the pipeline says, and tells where that is needed', () => {
  const text = dailyPipeline().replace('every: 1d,', 'every: 1d, slide: 6h,');
  const over = (policies: string) =>
    readPolicies({ text: policies, file: 'p.yaml' }, { text, file: 'line.yaml' }, '/');
  const found = over('window: { slide: null, rows: 30 }');
  if (!found.ok) throw new Error('the file is valid');
  expect(found.variants[0]?.monitor.window).not.toHaveProperty('slideMs');
  expect(over('window: { rows: 30 }')).toMatchObject({
    ok: false,
    issues: [{ line: 1, hint: expect.stringContaining('null removes it here') }],
  });
});

it('names what is wrong at its place in the policy file', () => {
  expect(issues('strategies:\n  eager:\n    guards: { cooldwn: 0s }\n')).toEqual([
    expect.objectContaining({ line: 3, column: 15, path: 'strategies.eager.guards.cooldwn' }),
  ]);
  expect(
    issues('strategies:\n  eager:\n    respond:\n      guards: { breaches: 4 of 3 }\n'),
  ).toEqual([
    expect.objectContaining({
      line: 4,
      column: 27,
      path: 'strategies.eager.respond.guards.breaches',
    }),
  ]);
});

it.each([
  ['strategies: []\n', 'strategies is a mapping of names'],
  ['strategies: { weekly: { guards: {} } }\n', 'weekly cannot be the name of a strategy'],
  ['strategies: { a: 3 }\n', 'a is not a mapping of what changes'],
  ['strategies: { a: {} }\nguards: {}\n', 'guards stands beside strategies'],
  ['- a\n', 'a policy file is a mapping'],
])('refuses %j', (text, message) => {
  expect(issues(text)[0]?.message).toBe(message);
});
