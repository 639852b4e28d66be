import { pino } from 'pino';
import { expect, test } from 'vitest';
import { closeInTurn } from '../../../models/serving/close-in-turn.js';

const logger = pino({ level: 'silent' });

test('what cannot be closed keeps nothing else open, and is told when all are closed', async () => {
  const closed: string[] = [];
  const closing = closeInTurn(logger, [
    ['first', async () => closed.push('first')],
    ['second', () => Promise.reject(new Error('the disk is full'))],
    [
      'third',
      () => {
        throw new Error('gone');
      },
    ],
    ['fourth', async () => closed.push('fourth')],
  ]);
  await expect(closing).rejects.toThrow('the disk is full');
  expect(closed).toEqual(['first', 'fourth']);
});

test('each is closed before the next one is begun', async () => {
  const said: string[] = [];
  const slow = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    said.push('slow');
  };
  await closeInTurn(logger, [
    ['slow', slow],
    ['quick', () => said.push('quick')],
  ]);
  expect(said).toEqual(['slow', 'quick']);
});
