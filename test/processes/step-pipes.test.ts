import { readdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { openStepPipes, type StepPipe } from '../../processes/step-pipes.js';

/** More at once than are made together. */
const MANY = 40;

async function said({ stream, writeEnd, closeWriteEnd }: StepPipe, words: string): Promise<string> {
  writeSync(writeEnd, words);
  closeWriteEnd();
  return text(stream);
}

it('gives everyone pipes of his own, however many ask at once, and leaves no names', async () => {
  const before = leftNames();
  const asked = Array.from({ length: MANY }, () => openStepPipes(3));
  const pipes = (await Promise.all(asked)).flat();
  const words = pipes.map((_, index) => `of ${index}`);
  expect(await Promise.all(pipes.map((pipe, index) => said(pipe, `of ${index}`)))).toEqual(words);
  await expect.poll(leftNames).toEqual(before);
});

function leftNames(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`millrace-pipes-${process.pid}-`));
}
