/**
 * One of the processes of `contention.test.ts`: `<role> <place of the registry> [name] [first cycle]`.
 * It says on standard output what the registry acknowledged, one JSON array a line, and ends when
 * standard input does. Anything that must not happen ends it with code 1.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMillraceError } from '../../../contracts/index.js';
import {
  openLeaseWriter,
  openRegistryReader,
  openRegistryWriter,
  type RegistryWriter,
} from '../../../models/registry/index.js';
import { cacheEntry, lease, ledgerEntry, newVersion, step, transition } from './sample-records.js';

const [role, place = '', name = '', first = '0'] = process.argv.slice(2);
let stopping = false;
process.stdin.on('end', () => {
  stopping = true;
});
process.stdin.resume();

/** A synchronous write: what was acknowledged is in the pipe before a kill can come. */
function acknowledge(...facts: readonly (string | number)[]): void {
  writeSync(1, `${JSON.stringify(facts)}\n`);
}

async function write(): Promise<void> {
  const registry = await openRegistryWriter(place);
  for (let cycle = Number(first); !stopping; cycle += 1) {
    const key = `${name}-${cycle}`;
    const shared = await registry.registerVersion(key, newVersion('shared'), name, 'contend');
    acknowledge('shared', key, shared.version);

    const own = await registry.registerVersion(`${key}-own`, newVersion(name), name, 'contend');
    acknowledge('own', `${key}-own`, own.version);
    await registry.transition(transition(name, cycle + 1, own.version));
    acknowledge('moved', name, cycle + 1);

    await moveShared(registry, shared.version, `${key}-${process.pid}`);
    await registry.completeStep(step(name, key), cacheEntry(key));
    acknowledge('step', name, key);
    await registry.appendLedger(ledgerEntry('shared', `${key}-noted`, { action: 'paused' }));
    acknowledge('noted', `${key}-noted`);
    acknowledge('cycle', cycle);
    await sleep(0);
  }
  await registry.close();
}

/** Several writers want the same number: one has it, the others are told so. */
async function moveShared(registry: RegistryWriter, version: number, key: string): Promise<void> {
  const number = (await registry.transitionNumber('shared')) + 1;
  try {
    await registry.transition(transition('shared', number, version, key));
    acknowledge('won', key, number);
  } catch (error) {
    if (!isMillraceError(error) || error.type !== 'Internal') throw error;
  }
}

async function renewLease(): Promise<void> {
  const leases = await openLeaseWriter(place);
  for (let generation = 1; !stopping; generation += 1) {
    await leases.writeLease(lease('gateway', { generation }));
    acknowledge('lease', generation);
    await sleep(1);
  }
  await leases.close();
}

async function read(): Promise<void> {
  const registry = await openRegistryReader(place);
  let seen = { versions: 0, transition: 0 };
  while (!stopping) {
    const champion = await registry.champion('shared');
    const ledger = await registry.ledger('shared');
    const versions = await registry.versions('shared');
    const moves = ledger.filter((line) => line.action === 'promoted').length;
    const transitions = champion?.transition ?? 0;
    if (versions.some((version, index) => version.version !== index + 1)) fail('a hole or a twin');
    if (versions.length < seen.versions) fail('a version went away');
    if (transitions < seen.transition) fail('the alias went back');
    if (moves < transitions) fail(`the alias is at ${transitions} with ${moves} ledger lines`);
    if (champion !== null && champion.version > versions.length) fail('a champion of no version');
    seen = { versions: versions.length, transition: transitions };
    acknowledge('read', versions.length);
    await sleep(1);
  }
  await registry.close();
}

function fail(what: string): never {
  throw new Error(`${role}: ${what}`);
}

const ROLES: Readonly<Record<string, () => Promise<void>>> = {
  writer: write,
  lease: renewLease,
  reader: read,
};
await (ROLES[role ?? ''] ?? (() => fail(`no role ${role}`)))();
