import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { createClient } from '@libsql/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRegistryReader, type RegistryReader } from '../../../models/registry/index.js';
import { type CompiledProgram, compileProgram } from '../../support/compiled-program.js';
import { onEachStore } from './stores.js';

const KILLS = Number(process.env['MILLRACE_TEST_KILLS'] ?? 8);
const SEED = Number(process.env['MILLRACE_TEST_SEED'] ?? Date.now() % 1_000_000);

type Fact = readonly [string, ...(string | number)[]];

let program: CompiledProgram;
let running: Set<Contender>;

beforeEach(async () => {
  program = await compileProgram('test/models/registry/contending-process');
  running = new Set();
});

afterEach(async () => {
  for (const contender of running) contender.child.kill('SIGKILL');
  await program.remove();
});

/** A process that contends for the registry, and what the registry acknowledged to it. */
class Contender {
  readonly child: ChildProcess;
  readonly facts: Fact[] = [];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #errors = '';
  #onFact: () => void = () => undefined;

  constructor(...args: readonly (string | number)[]) {
    this.child = spawn(process.execPath, [program.path, ...args.map(String)]);
    this.child.stderr?.on('data', (text) => {
      this.#errors += text;
    });
    const { stdout } = this.child;
    if (stdout === null) throw new Error('no pipe from the process');
    const lines = createInterface({ input: stdout });
    lines.on('line', (line) => {
      this.facts.push(JSON.parse(line) as Fact);
      this.#onFact();
    });
    const closed = once(lines, 'close');
    this.ended = once(this.child, 'close').then(async ([code, signal]) => {
      await closed;
      running.delete(this);
      this.#onFact();
      return { code, signal };
    });
    running.add(this);
  }

  /** Waits for `count` facts in all; throws with the process's own words when it ends before. */
  async acknowledged(count: number): Promise<void> {
    while (this.facts.length < count) {
      if (!running.has(this)) throw new Error(`a contender ended: ${this.#errors}`);
      await new Promise<void>((resolve) => {
        this.#onFact = resolve;
      });
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    expect(await this.ended).toEqual({ code: null, signal: 'SIGKILL' });
  }

  async stop(): Promise<void> {
    this.child.stdin?.end();
    const { code } = await this.ended;
    if (code !== 0) throw new Error(`a contender ended with ${code}: ${this.#errors}`);
  }
}

onEachStore((places) => {
  it(`nothing acknowledged is lost when writers are killed (seed ${SEED})`, async () => {
    const place = await places.fresh();
    const random = randomNumbers(SEED);
    const acknowledged: Fact[] = [];

    // All at once, and nobody has made the registry.
    const others = [new Contender('lease', place), new Contender('reader', place)];
    const writers = [
      { name: 'alpha', process: new Contender('writer', place, 'alpha', 0) },
      { name: 'beta', process: new Contender('writer', place, 'beta', 0) },
    ];

    for (let kill = 0; kill < KILLS; kill += 1) {
      const writer = writers[kill % writers.length];
      if (writer === undefined) throw new Error('no writer');
      await writer.process.acknowledged(1 + Math.floor(random() * 60));
      await spread(random());
      await writer.process.kill();
      acknowledged.push(...writer.process.facts);
      // What was under way is delivered again, as Temporal does it.
      const next = acknowledged.filter(
        ([what, key]) => what === 'moved' && key === writer.name,
      ).length;
      writer.process = new Contender('writer', place, writer.name, next);
    }
    for (const { process } of writers) await process.acknowledged(6);
    for (const { process } of [...others.map((other) => ({ process: other })), ...writers]) {
      await process.stop();
      acknowledged.push(...process.facts);
    }

    const registry = await openRegistryReader(place);
    await everythingIsThere(registry, acknowledged);
    await registry.close();
    if (places.store === 'SQLite') await fileIsSound(place);
  }, 120_000);
});

async function everythingIsThere(registry: RegistryReader, facts: readonly Fact[]): Promise<void> {
  const shared = await registry.versions('shared');
  expect(shared.map(({ version }) => version)).toEqual(shared.map((_, index) => index + 1));
  const ledger = await registry.ledger('shared');
  const keys = new Set(ledger.map(({ key }) => key));
  expect(keys.size).toBe(ledger.length);
  expect(ledger.filter(({ action }) => action === 'registered')).toHaveLength(shared.length);
  expect(ledger.filter(({ action }) => action === 'promoted')).toHaveLength(
    (await registry.champion('shared'))?.transition ?? 0,
  );
  expect(facts.filter(([what]) => what === 'won').length).toBeGreaterThan(0);
  for (const [what, key, number] of facts) {
    if (what === 'shared' || what === 'own') {
      expect((await registry.versionByEffect(String(key)))?.version, String(key)).toBe(number);
    } else if (what === 'moved') {
      expect((await registry.champion(String(key)))?.transition).toBeGreaterThanOrEqual(
        Number(number),
      );
    } else if (what === 'won' || what === 'noted') {
      expect(keys, String(key)).toContain(key);
    } else if (what === 'step') {
      expect(await registry.step(String(key), String(number))).not.toBeNull();
      expect(await registry.cacheEntry(String(number))).not.toBeNull();
    }
  }
  for (const name of ['alpha', 'beta']) {
    const own = await registry.versions(name);
    expect(own.map(({ version }) => version)).toEqual(own.map((_, index) => index + 1));
    const moves = (await registry.ledger(name)).filter(({ action }) => action === 'promoted');
    expect(moves).toHaveLength((await registry.champion(name))?.transition ?? 0);
  }
  const leases = facts.flatMap(([what, generation]) => (what === 'lease' ? [generation] : []));
  expect((await registry.leases())[0]?.generation).toBe(leases.at(-1));
}

async function fileIsSound(file: string): Promise<void> {
  const client = createClient({ url: pathToFileURL(file).href });
  const check = await client.execute('PRAGMA integrity_check');
  expect(check.rows.map((row) => row['integrity_check'])).toEqual(['ok']);
  expect((await client.execute('PRAGMA foreign_key_check')).rows).toEqual([]);
  const { rows } = await client.execute(
    `SELECT aliases.model, aliases.transition, count(*) AS moves, max(ledger.transition) AS newest
     FROM aliases JOIN ledger ON ledger.model = aliases.model
     WHERE ledger.transition IS NOT NULL GROUP BY aliases.model`,
  );
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect([row['moves'], row['newest']]).toEqual([row['transition'], row['transition']]);
  }
  client.close();
}

/** Lets up to 4 ms pass, so that kills fall anywhere in a cycle and not always after a line. */
async function spread(share: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, share * 4));
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
