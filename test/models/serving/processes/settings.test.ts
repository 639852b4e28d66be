import { expect, test } from 'vitest';
import { settingsFromEnvironment } from '../../../../models/serving/settings.js';

test.each([
  ['0', 'MILLRACE_GATEWAY_PROCESSES is "0", which is no whole number above 0'],
  ['two', 'MILLRACE_GATEWAY_PROCESSES is "two", which is no whole number above 0'],
  ['65', 'MILLRACE_GATEWAY_PROCESSES is 65: a gateway has at most 64 processes'],
])('%s processes are refused', (number, message) => {
  expect(() => settingsFromEnvironment({ MILLRACE_GATEWAY_PROCESSES: number })).toThrow(message);
});

test('nothing said: one', () => {
  expect(settingsFromEnvironment({})).not.toHaveProperty('processes');
});
