/**
 * Process 1 of a container of the stand-in: mounts what it is to see, runs the command, hands signals
 * on, and leaves its exit code. With its end everything in the container ends.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const [file] = process.argv.slice(2);
const made = JSON.parse(readFileSync(file, 'utf8'));
const isolated = JSON.parse(readFileSync(join(dirname(file), '..', 'isolation.json'), 'utf8'));

// Open before anything is mounted over it.
const codeFile = openSync(file.replace(/json$/, 'code'), 'w');
if (isolated.length > 0) mountAll();
const child = spawn(made.argv[0], made.argv.slice(1), {
  cwd: made.options['--workdir'],
  env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/', HOSTNAME: 'stand-in', ...made.env },
  stdio: 'inherit',
});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => leave(127, error.message));
child.on('exit', (code, signal) => leave(code ?? 128 + (signal === 'SIGKILL' ? 9 : 15), ''));

function leave(code, error) {
  if (error !== '') process.stderr.write(`${error}\n`);
  writeFileSync(codeFile, String(code));
  process.kill(-process.pid, 'SIGKILL');
}

/** Everything is bound aside first: what one mount covers, another may show again. */
function mountAll() {
  const aside = mkdtempSync(join(tmpdir(), 'stand-in-mounts-'));
  mount('-t', 'tmpfs', 'none', aside);
  made.mounts.forEach(({ source }, index) => {
    bind(source, join(aside, String(index)));
  });
  made.mounts.forEach(({ target, readonly }, index) => {
    bind(join(aside, String(index)), target);
    if (readonly) mount('-o', 'remount,ro,bind', target);
  });
}

function bind(source, target) {
  if (!existsSync(target)) {
    const isDirectory = statSync(source).isDirectory();
    mkdirSync(isDirectory ? target : dirname(target), { recursive: true });
    if (!isDirectory) writeFileSync(target, '');
  }
  mount('--bind', source, target);
}

function mount(...words) {
  const { status, stderr } = spawnSync('mount', words);
  if (status !== 0) throw new Error(`mount ${words.join(' ')}: ${stderr}`);
}
