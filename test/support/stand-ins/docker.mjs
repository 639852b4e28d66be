#!/usr/bin/env node
/**
 * Stands in for the docker command line where no engine can run: it takes the same words and really
 * runs the command, in a session of its own that outlives whoever is attached, with nothing but the
 * environment and user that it is given. Where the system lets it, the mounts are real as well: what
 * is read-only cannot be written, what is covered is not seen. It fetches no image: what a registry would
 * hold is written in `registry.json`, what is here in `images.json`.
 *
 * State lies in the directory STAND_IN_STATE, one JSON file a container. Every call is appended to
 * `calls.ndjson`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';

const state = process.env.STAND_IN_STATE ?? '/tmp/stand-in-docker';
fs.mkdirSync(join(state, 'containers'), { recursive: true });
const args = process.argv.slice(2);
fs.appendFileSync(join(state, 'calls.ndjson'), `${JSON.stringify(args)}\n`);

const read = (file, otherwise) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return otherwise;
  }
};
/** As a whole, for whoever reads it meanwhile. */
const write = (file, text) => {
  fs.writeFileSync(`${file}.${process.pid}`, text);
  fs.renameSync(`${file}.${process.pid}`, file);
};
const fileOf = (name) => join(state, 'containers', `${name}.json`);
const outOf = (name, stream) => join(state, 'containers', `${name}.${stream}`);
const fail = (message, code = 1) => {
  process.stderr.write(`Error response from daemon: ${message}\n`);
  process.exit(code);
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const images = () => read(join(state, 'images.json'), {});
const groupLives = (group) => {
  if (group === undefined) return false;
  // A zombie that nobody has reaped yet is no life.
  const found = spawnSync('ps', ['-eo', 'pgid=,stat=']).stdout?.toString() ?? '';
  return found.split('\n').some((line) => {
    const [pgid, stat] = line.trim().split(/\s+/);
    return Number(pgid) === group && !stat?.startsWith('Z');
  });
};
const signal = (group, name) => {
  try {
    process.kill(-group, name);
  } catch {
    // It is gone.
  }
};

const COMMANDS = { info, image, pull, create, start, stop, rm, ps, container };
const [word, ...rest] = args;
if (word === '--version') process.stdout.write('Docker version 0.0.0, a stand-in\n');
else if (COMMANDS[word] === undefined) fail(`unknown command ${word}`, 125);
else await COMMANDS[word](rest);

function info() {
  if (fs.existsSync(join(state, 'down'))) {
    process.stderr.write(
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
    );
    process.exit(1);
  }
  process.stdout.write(`${JSON.stringify({ SecurityOptions: ['name=seccomp'] })}\n`);
}

function image([verb, name]) {
  const found = images()[name];
  if (verb !== 'inspect' || found === undefined) fail(`No such image: ${name}`);
  process.stdout.write(
    JSON.stringify([
      {
        Id: `sha256:${hash(found)}`,
        RepoDigests: [`${name.replace(/[:@].*$/, '')}@sha256:${hash(found)}`],
      },
    ]),
  );
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}

function pull(words) {
  const name = words.at(-1);
  const content = read(join(state, 'registry.json'), {})[name];
  if (content === undefined) fail(`manifest for ${name} not found: manifest unknown`);
  write(join(state, 'images.json'), JSON.stringify({ ...images(), [name]: content }));
  process.stdout.write(`${name}\n`);
}

function create(words) {
  const made = { env: {}, labels: {}, mounts: [], options: {}, words };
  let index = 0;
  for (; words[index]?.startsWith('--'); index += 1) {
    const option = words[index];
    if (option === '--init') continue;
    index += 1;
    const value = words[index];
    if (option === '--env') {
      const cut = value.indexOf('=');
      if (cut === -1) made.env[value] = process.env[value];
      else made.env[value.slice(0, cut)] = value.slice(cut + 1);
    } else if (option === '--label') {
      const cut = value.indexOf('=');
      made.labels[value.slice(0, cut)] = value.slice(cut + 1);
    } else if (option === '--mount') made.mounts.push(mountOf(value));
    else made.options[option] = value;
  }
  const name = made.options['--name'];
  const imageName = words[index];
  if (images()[imageName] === undefined) fail(`No such image: ${imageName}`, 125);
  if (fs.existsSync(fileOf(name)))
    fail(`Conflict. The container name "/${name}" is already in use`, 125);
  made.image = images()[imageName];
  made.argv = [made.options['--entrypoint'], ...words.slice(index + 1)];
  write(fileOf(name), JSON.stringify(made));
  process.stdout.write(`${hash(name)}\n`);
}

function mountOf(text) {
  const fields = text.match(/("(?:[^"]|"")*"|[^,]+)(?=,|$)/g) ?? [];
  const plain = fields.map((field) => field.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"'));
  const mount = { readonly: false };
  for (const field of plain) {
    const [key, ...value] = field.split('=');
    if (key === 'readonly') mount.readonly = true;
    else mount[key] = value.join('=');
  }
  return mount;
}

async function start(words) {
  const name = words.at(-1);
  const made = read(fileOf(name), null);
  if (made === null) fail(`No such container: ${name}`);
  // An image whose content says so has no shell.
  if (made.image.includes('no shell') && made.argv[0] === '/bin/sh') {
    const error = 'exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown';
    write(fileOf(name), JSON.stringify({ ...made, exitCode: 127, error }));
    fail(`failed to create task for container: ${error}`);
  }
  const [stdout, stderr] = ['stdout', 'stderr'].map((stream) =>
    fs.openSync(outOf(name, stream), 'a'),
  );
  const shim = [process.execPath, join(import.meta.dirname, 'container-shim.mjs'), fileOf(name)];
  const [program, ...shimWords] = [...isolation(), ...shim];
  const child = spawn(program, shimWords, {
    detached: true,
    stdio: ['ignore', stdout, stderr, 'ignore'],
    cwd: '/',
  });
  write(fileOf(name), JSON.stringify({ ...made, group: child.pid }));
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  const offsets = { stdout: 0, stderr: 0 };
  for (let last = false; !last; ) {
    last = ended;
    for (const stream of ['stdout', 'stderr']) {
      if (!fs.existsSync(outOf(name, stream))) continue;
      const file = fs.readFileSync(outOf(name, stream));
      process[stream].write(file.subarray(offsets[stream]));
      offsets[stream] = file.length;
    }
    if (!last) await sleep(20);
  }
  process.exitCode = codeOf(name);
}

/** Mounts need root, or a system that gives everyone a user namespace; asked once. */
function isolation() {
  const file = join(state, 'isolation.json');
  const known = read(file, null);
  if (known !== null) return known;
  const flags = process.getuid() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const words = ['unshare', ...flags, '--propagation', 'private'];
  const works = spawnSync(words[0], [...words.slice(1), 'true']).status === 0;
  write(file, JSON.stringify(works ? words : []));
  return works ? words : [];
}

function codeOf(name) {
  const made = read(fileOf(name), {});
  if (made.exitCode !== undefined) return made.exitCode;
  return read(outOf(name, 'code'), 137);
}

async function stop(words) {
  const name = words.at(-1);
  const { group } = read(fileOf(name), {});
  if (group === undefined) return;
  // To process 1 alone, which hands it on.
  signal(-group, 'SIGTERM');
  const untilMs = Date.now() + Number(words[words.indexOf('-t') + 1]) * 1000;
  while (groupLives(group) && Date.now() < untilMs) await sleep(50);
  signal(group, 'SIGKILL');
}

async function rm(words) {
  const name = words.at(-1);
  const { group } = read(fileOf(name), {});
  if (!fs.existsSync(fileOf(name))) fail(`No such container: ${name}`);
  while (groupLives(group)) {
    signal(group, 'SIGKILL');
    await sleep(50);
  }
  fs.rmSync(fileOf(name), { force: true });
  for (const stream of ['stdout', 'stderr', 'code'])
    fs.rmSync(outOf(name, stream), { force: true });
  process.stdout.write(`${name}\n`);
}

function ps(words) {
  const [label, value] = words[words.indexOf('--filter') + 1].replace(/^label=/, '').split('=');
  for (const file of fs.readdirSync(join(state, 'containers'))) {
    if (!file.endsWith('.json')) continue;
    const { labels = {} } = read(join(state, 'containers', file), {});
    if (labels[label] === value) process.stdout.write(`${file.replace(/\.json$/, '')}\n`);
  }
}

function container([verb, name]) {
  const made = read(fileOf(name), null);
  if (verb !== 'inspect' || made === null) fail(`No such container: ${name}`);
  const State = {
    Running: read(outOf(name, 'code'), null) === null && groupLives(made.group),
    ExitCode: codeOf(name),
    OOMKilled: false,
    Error: made.error ?? '',
  };
  process.stdout.write(JSON.stringify([{ Id: hash(name), State }]));
}
