import { createHash } from 'node:crypto';
import {
  appendFileSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FileSource } from '../../../../models/batch/stream/file-source.js';
import type { StreamSource } from '../../../../models/batch/stream/ports.js';
import { eventually } from '../../../support/eventually.js';
import { fc } from '../../../support/property.js';
import { idsOf, records, streamWorld, upTo } from './stream-fixture.js';

/** The moments of a batch after which a kill can come. */
type Moment = 'read' | 'written' | 'remembered';

class Killed extends Error {}

/** Dies at the k-th batch, as a kill would: nothing after that moment happens. */
function killedAt(source: StreamSource, batch: number): StreamSource {
  let batches = 0;
  return {
    identity: source.identity,
    open: (checkpoint) => source.open(checkpoint),
    async next(most, signal) {
      const read = await source.next(most, signal);
      batches += 1;
      if (batches === batch) throw new Killed();
      return read;
    },
    async done(read) {
      await source.done(read);
    },
    close: () => source.close(),
  };
}

test('what is kept whole stays as it is written, also a number that no number holds', async () => {
  const { at, run, lines } = await streamWorld();
  const record = '{"id": 12345678901234567890, "a":1.50,\t"b":2, "text": "+49 \\n é"}';
  const before = '{"id":12345678901234567890,"a":1,"prediction":7,"b":1}';
  writeFileSync(at('in.ndjson'), `${record}\n${before}\n{}\n`);
  await run(new FileSource({ path: at('in.ndjson'), untilEnd: true }));
  const [first = '', ...others] = readFileSync(at('out.ndjson'), 'utf8').split('\n');
  expect(first.startsWith(`${record.slice(0, -1)},"prediction":5,"prediction_id":"`)).toBe(true);
  expect(others[0]).toMatch(/^\{"id":12345678901234567890,"a":1,"b":1,"prediction":3,/);
  expect(lines()[2]).toMatchObject({ prediction: null });
});

test('so do the fields that are kept, beside others of the record', async () => {
  const { at, run } = await streamWorld();
  const records = [
    '{"id": 12345678901234567890, "a":1.50,"of":{"no": [12345678901234567891, "}"]}, "b":2}',
    '{"\\u0069d":"x\\",\\"","a":1,"b":1,"id":-12345678901234567892}',
    '{"id":98765432109876543210,"a":1,"b":1,"prediction":7}',
    '{"a":1,"b":1}',
    'nothing',
  ];
  writeFileSync(at('in.ndjson'), `${records.join('\n')}\n`);
  const source = () => new FileSource({ path: at('in.ndjson'), untilEnd: true });
  await run(source(), { columns: ['id', 'of', 'id', 'prediction'] });
  const lines = readFileSync(at('out.ndjson'), 'utf8').split('\n');
  expect(lines.map((line) => line.replace(/,?"prediction_id".*/, ''))).toEqual([
    '{"id":12345678901234567890,"of":{"no": [12345678901234567891, "}"]},"prediction":5',
    '{"id":-12345678901234567892,"prediction":3',
    '{"id":98765432109876543210,"prediction":3',
    '{"prediction":3',
    '{"prediction":null',
    '',
  ]);
});

describe('a file that is followed', () => {
  test('has a line for each record, in order, with what the record had', async () => {
    const { at, run, lines } = await streamWorld();
    writeFileSync(at('in.ndjson'), `${records(0, 35)}{"id": 35, "a": 1`);
    const counts = await run(new FileSource({ path: at('in.ndjson'), untilEnd: true }));
    expect(counts).toMatchObject({ records: 35, written: 35, bad: 0 });
    expect(idsOf(lines())).toEqual(upTo(35));
    expect(lines().map(({ prediction }) => prediction)).toEqual(upTo(35).map((id) => 3 * id));
    expect(new Set(lines().map((line) => line.prediction_id)).size).toBe(35);

    // The half line becomes a record once it is whole.
    appendFileSync(at('in.ndjson'), ', "b": 1}\n');
    await run(new FileSource({ path: at('in.ndjson'), untilEnd: true }));
    expect(idsOf(lines())).toEqual(upTo(36));
  });

  test('is waited for: what is written later is predicted for, until it is told to stop', async () => {
    const { at, run, lines } = await streamWorld();
    const stop = new AbortController();
    const source = new FileSource({ path: at('in.ndjson'), untilEnd: false, pollMs: 5 });
    const running = run(source, {}, stop.signal);
    writeFileSync(at('in.ndjson'), records(0, 5));
    await eventually(async () => expect(lines()).toHaveLength(5));
    appendFileSync(at('in.ndjson'), records(5, 12));
    await eventually(async () => expect(lines()).toHaveLength(12));
    stop.abort();
    expect(await running).toMatchObject({ records: 12 });
    expect(idsOf(lines())).toEqual(upTo(12));
  });

  test('is read to its end when it is rotated, then the one in its place', async () => {
    const { at, run, lines } = await streamWorld();
    const stop = new AbortController();
    writeFileSync(at('in.ndjson'), records(0, 5));
    const path = at('in.ndjson');
    const source = new FileSource({ path, untilEnd: false, pollMs: 5, lingerMs: 300 });
    const running = run(source, {}, stop.signal);
    await eventually(async () => expect(lines()).toHaveLength(5));
    renameSync(path, at('in.ndjson.1'));
    appendFileSync(at('in.ndjson.1'), records(5, 8));
    writeFileSync(path, records(12, 14));
    await eventually(async () => expect(lines()).toHaveLength(8));
    // Its writer has not been told yet that there is a new file; the last line never gets its end.
    appendFileSync(at('in.ndjson.1'), records(8, 12).trimEnd());
    await eventually(async () => expect(idsOf(lines())).toEqual(upTo(14)));
    stop.abort();
    await running;
  });

  test('that was rotated more than once while nobody followed it is read with those between', async () => {
    const { at, run, lines } = await streamWorld();
    const source = () => new FileSource({ path: at('in.ndjson'), untilEnd: true });
    writeFileSync(at('in.ndjson'), records(0, 3));
    await run(source());
    appendFileSync(at('in.ndjson'), records(3, 5).trimEnd());
    renameSync(at('in.ndjson'), at('in.ndjson.2'));
    writeFileSync(at('in.ndjson.3'), records(90, 95));
    writeFileSync(at('in.ndjson.1'), records(5, 7));
    writeFileSync(at('in.ndjson'), records(7, 9));
    // No file of the rotation.
    writeFileSync(at('in.ndjson.out'), records(95, 99));
    // When each was written to last.
    ['in.ndjson.3', 'in.ndjson.2', 'in.ndjson.1', 'in.ndjson'].forEach((name, hour) => {
      utimesSync(at(name), new Date(), new Date(Date.UTC(2024, 4, 1, hour)));
    });
    await run(source());
    await run(source());
    expect(idsOf(lines())).toEqual(upTo(9));
  });

  test('has other ids than the one before it, though the system gives its inode again', async () => {
    const { at, run, lines } = await streamWorld();
    writeFileSync(at('in.ndjson'), records(0, 2));
    await run(new FileSource({ path: at('in.ndjson'), untilEnd: true }));
    // What was read last is another file, rotated away, which was the third of the stream.
    writeFileSync(at('in.ndjson.1'), '');
    const inode = String(statSync(at('in.ndjson.1')).ino);
    const head = createHash('sha256').digest('hex');
    const source = { inode, generation: 2, offset: 0, head, headBytes: 0 };
    const checkpoint = JSON.parse(readFileSync(at('checkpoint.json'), 'utf8'));
    writeFileSync(at('checkpoint.json'), JSON.stringify({ ...checkpoint, source }));
    await run(new FileSource({ path: at('in.ndjson'), untilEnd: true }));
    expect(idsOf(lines())).toEqual([0, 1, 0, 1]);
    expect(new Set(lines().map((line) => line.prediction_id)).size).toBe(4);
  });

  test('that was rotated while nobody followed it loses no record', async () => {
    const { at, run, lines } = await streamWorld();
    writeFileSync(at('in.ndjson'), records(0, 5));
    const source = () => new FileSource({ path: at('in.ndjson'), untilEnd: true });
    await run(source());
    appendFileSync(at('in.ndjson'), records(5, 8));
    renameSync(at('in.ndjson'), at('in.ndjson.1'));
    writeFileSync(at('in.ndjson'), records(8, 12));
    await run(source());
    expect(idsOf(lines())).toEqual(upTo(12));
    unlinkSync(at('in.ndjson.1'));
    renameSync(at('in.ndjson'), at('elsewhere'));
    writeFileSync(at('in.ndjson'), records(12, 13));
    await expect(run(source())).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('was rotated'),
    });
  });

  test('that is cut short is begun anew, and its records are others than before', async () => {
    const { at, run, lines } = await streamWorld();
    const source = () => new FileSource({ path: at('in.ndjson'), untilEnd: true });
    writeFileSync(at('in.ndjson'), records(0, 20));
    await run(source());
    truncateSync(at('in.ndjson'));
    appendFileSync(at('in.ndjson'), records(20, 25));
    await run(source());
    expect(idsOf(lines())).toEqual(upTo(25));
    expect(new Set(lines().map((line) => line.prediction_id)).size).toBe(25);
  });

  test('bad records are told, skipped or end it, as is asked for', async () => {
    const { at, run, lines } = await streamWorld();
    const source = () => new FileSource({ path: at('in.ndjson'), untilEnd: true });
    writeFileSync(
      at('in.ndjson'),
      `${records(0, 1)}no json\n{"a":"x","b":1}\n[1]\n${records(1, 2)}`,
    );
    await expect(run(source(), { onBadRow: 'fail' })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('no json is not JSON'),
    });
    expect(lines()).toEqual([]);
    const counts = await run(source(), { onBadRow: 'null' });
    expect(counts).toMatchObject({ records: 5, written: 5, bad: 3 });
    expect(lines().map((line) => line.prediction_error)).toEqual([
      undefined,
      'no json is not JSON',
      'field a: "x" is not a number',
      'it is no JSON object',
      undefined,
    ]);
  });

  test('a checkpoint of another source, or a damaged one, is not passed over', async () => {
    const { at, run } = await streamWorld();
    writeFileSync(at('in.ndjson'), records(0, 3));
    writeFileSync(at('other.ndjson'), records(0, 3));
    await run(new FileSource({ path: at('in.ndjson'), untilEnd: true }));
    const other = new FileSource({ path: at('other.ndjson'), untilEnd: true });
    await expect(run(other)).rejects.toMatchObject({ type: 'InvalidInput' });
    writeFileSync(at('checkpoint.json'), '{"identity":');
    const same = new FileSource({ path: at('in.ndjson'), untilEnd: true });
    await expect(run(same)).rejects.toMatchObject({
      message: expect.stringContaining('cannot be read'),
    });
  });
});

describe('whenever it is killed', () => {
  const moments = fc.array(
    fc.record({
      batch: fc.integer({ min: 1, max: 6 }),
      moment: fc.constantFrom<Moment>('read', 'written', 'remembered'),
    }),
    { maxLength: 4 },
  );

  test('each record has one line, with the id that it would have had without', async () => {
    const { at, run, lines } = await streamWorld();
    writeFileSync(at('in.ndjson'), records(0, 57));
    const source = () => new FileSource({ path: at('in.ndjson'), untilEnd: true });
    await run(source());
    const expected = lines();
    await fc.assert(
      fc.asyncProperty(moments, async (kills) => {
        for (const name of ['out.ndjson', 'checkpoint.json']) {
          try {
            unlinkSync(at(name));
          } catch {}
        }
        for (const { batch, moment } of kills) {
          const given = killedAt(source(), moment === 'read' ? batch : batch + 1);
          const ended = await run(given).catch((error: unknown) => error);
          if (!(ended instanceof Killed)) continue;
          // Lines that were written after the checkpoint, the last of them torn.
          if (moment === 'written') appendFileSync(at('out.ndjson'), '{"id":99}\n{"id":1');
        }
        await run(source());
        expect(lines()).toEqual(expected);
        expect(readFileSync(at('out.ndjson'), 'utf8').endsWith('\n')).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

test('a source that is not there leaves nothing that is in the way of another one', async () => {
  const { at, run, lines } = await streamWorld();
  await expect(run(new FileSource({ path: at('typo.ndjson'), untilEnd: true }))).rejects.toThrow(
    'cannot follow',
  );
  writeFileSync(at('in.ndjson'), records(0, 3));
  await run(new FileSource({ path: at('in.ndjson'), untilEnd: true }));
  expect(idsOf(lines())).toEqual(upTo(3));
});

test('a bad record of a file is told by where it begins in it', async () => {
  const { at, run } = await streamWorld();
  const good = records(0, 1);
  writeFileSync(at('in.ndjson'), `${good}not json\n`);
  const source = () => new FileSource({ path: at('in.ndjson'), untilEnd: true });
  await expect(run(source(), { onBadRow: 'fail' })).rejects.toThrow(
    `the record at byte ${good.length} cannot be predicted for: not json is not JSON`,
  );
  expect((await run(source())).firstBad).toMatchObject({ where: `byte ${good.length}` });
});
