import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorld, get, LINEAR, oneRow, post, untilServed } from './serving-fixture.js';

const MODEL = 'bike-demand';

/** All that is written below a directory. */
async function textBelow(directory: string): Promise<string> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  const texts = files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

describe('the serve block of a version', () => {
  it('masks columns before anything is written, under a key that only the owner reads', async () => {
    const world = await createWorld();
    const serve = { log: { columns: { b: 'drop', hour: 'hash' } } } as const;
    await world.promote(MODEL, await world.register(MODEL, 'linear', LINEAR, serve));
    const gateway = await world.gateway({ accessLog: join(world.home.root, 'access.log') });
    await untilServed(gateway, MODEL, 1);
    const url = `${gateway.address}/models/${MODEL}/invocations`;
    const row = { a: 4, b: 77_123, hour: '2011-02-03T04:05:06Z' };
    const answer = await post(url, { dataframe_records: [row] });
    expect(answer.body.predictions).toEqual([77_131]);
    await gateway.close();
    const written = await textBelow(world.home.predictionsDir);
    expect(written).toContain('"b":null');
    expect(written).toMatch(/"context":\{"hour":"[0-9a-f]{32}"\}/);
    // The prediction and the event time are what the log is for.
    expect(written).toContain('"eventTime":"2011-02-03T04:05:06Z"');
    expect(written).not.toContain('77123');
    expect(await textBelow(world.home.root)).not.toContain('77123');
    expect((await stat(join(world.home.root, 'masking-key'))).mode & 0o777).toBe(0o600);
  });

  it('samples the log, and says of each answer and each label what is not in it', async () => {
    const world = await createWorld();
    const serve = { log: { sample: 0.5 } } as const;
    await world.promote(MODEL, await world.register(MODEL, 'linear', LINEAR, serve));
    const gateway = await world.gateway();
    await untilServed(gateway, MODEL, 1);
    const url = `${gateway.address}/v2/models/${MODEL}/infer`;
    const answers = await Promise.all(Array.from({ length: 40 }, (_, a) => post(url, oneRow(a))));
    const isLogged = (answer: (typeof answers)[number]) => answer.body.parameters.logged !== false;
    const labelOf = (answer: (typeof answers)[number]) => ({
      id: answer.body.parameters.prediction_ids[0],
      label: 1,
    });
    const logged = answers.filter(isLogged);
    const others = answers.filter((answer) => !isLogged(answer));
    // Of 40 by halves: not one in 10^11 gateways has all of them on one side.
    expect(logged.length * others.length).toBeGreaterThan(0);
    expect(others.every(({ headers }) => headers.get('x-millrace-logged') === 'false')).toBe(true);
    const told = await post(`${gateway.address}/labels`, { labels: logged.map(labelOf) });
    expect(told.body).toEqual({ accepted: logged.length, unknown: [] });
    const refused = await post(`${gateway.address}/labels`, { labels: others.map(labelOf) });
    expect(refused.status).toBe(404);
    expect(refused.body.error).toContain('"logged": false');
  });
});

describe('more than the gateway may hold', () => {
  it('is refused with 429 before the bodies are read; what fits is answered, and memory is bounded', async () => {
    const world = await createWorld();
    await world.promote(MODEL, await world.register(MODEL, 'linear'));
    const gateway = await world.gateway({ maxHeldBytes: 2 ** 18 });
    await untilServed(gateway, MODEL, 1);
    const url = `${gateway.address}/models/${MODEL}/invocations`;
    const body = JSON.stringify({ instances: Array.from({ length: 12_000 }, (_, a) => [a, 1]) });
    const before = process.memoryUsage.rss();
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => post(url, body).catch(() => null)),
    );
    const statuses = answers.flatMap((answer) => (answer === null ? [] : [answer.status]));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const refused = answers.find((answer) => answer?.status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.body.error).toMatch(/bytes of requests are being answered; nothing of this/);
    // Sixty of these bodies with their rows would be several times this.
    expect(process.memoryUsage.rss() - before).toBeLessThan(700 * 2 ** 20);
    expect((await post(url, body)).status).toBe(200);
    expect((await get(`${gateway.address}/v2/health/ready`)).status).toBe(200);
  });
});
