import { expect, it } from 'vitest';
import { readPolicies } from '../../backtest/strategies/policy-file.js';
import { dailyPipeline } from './backtest-world.js';

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
