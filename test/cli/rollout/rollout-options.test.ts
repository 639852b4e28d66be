import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addRolloutOptions, rolloutOf } from '../../../cli/rollout/rollout-options.js';

function rolloutBy(...args: string[]) {
  const command = addRolloutOptions(new Command()).exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  return rolloutOf(command.parse(args, { from: 'user' }).opts());
}

describe('a metric on the command line', () => {
  test.each([
    ['mae:guardrail:0.5', { kind: 'guardrail', margin: 0.5, relative: false }],
    ['mae:nonInferiority:5%', { kind: 'nonInferiority', margin: 0.05, relative: true }],
    ['mae', { kind: 'guardrail', margin: 0 }],
  ])('%s', (written, judgement) => {
    const { steps } = rolloutBy('--strategy', 'canary', '--metric', written);
    const analyses = steps.flatMap((step) => (step.kind === 'analyse' ? [step.analysis] : []));
    expect(analyses[0]?.metrics).toEqual([
      expect.objectContaining({ metric: 'mae', ...judgement }),
    ]);
  });

  test.each(['mae:guardrail:-5', 'mae:guardrail:5px', 'mae:guardrail:', 'mae:worse', ':guardrail'])(
    '%s is refused, and how it is written is said',
    (written) => {
      const write = () => rolloutBy('--strategy', 'canary', '--metric', written);
      expect(write).toThrow('NAME[:JUDGE[:MARGIN]]');
    },
  );
});
