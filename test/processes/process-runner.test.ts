import { access, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ArtifactRef, MEDIA_TYPE } from '../../contracts/index.js';
import { readProgress } from '../../processes/progress-file.js';
import { KEPT_FAILED_RUNS } from '../../processes/step-directory.js';
import { unpackDirectory } from '../../storage/artifacts/packed-directory.js';
import { eventually, RUN_ID, script, stepBench } from './step-bench.js';

const bench = stepBench();
const DONE = 'echo "{}" > outputs.json';

describe('a step that succeeds', () => {
  it('gets its inputs and gives values, artifacts and metrics', async () => {
    const { artifacts, shell } = bench();
    const data = await artifacts.putBytes(Buffer.from('a,b\n1,2\n'), 'text/csv');
    const result = await shell(
      `cp inputs.json outputs/seen.json && cp "$(sed -n 's/.*"path": "\\(.*\\)",/\\1/p' inputs.json)" outputs/copy.csv
       cat > outputs.json <<END
{"values": {"rows": 1, "list": [1, null, {"a": "b"}]}, "metrics": {"mae": 41.25},
 "artifacts": {"copy": "outputs/copy.csv", "seen": {"path": "./outputs/seen.json", "mediaType": "text/x-seen"}}}
END`,
      { values: { depth: 4 }, artifacts: { data } },
    );
    expect(result.values).toEqual({ rows: 1, list: [1, null, { a: 'b' }] });
    expect(result.metrics).toEqual({ mae: 41.25 });
    expect(result.artifacts['copy']).toEqual(data);
    const seen = result.artifacts['seen'];
    expect(seen?.mediaType).toBe('text/x-seen');
    expect(seen && (await artifacts.readJson(seen))).toEqual({
      values: { depth: 4 },
      artifacts: {
        data: {
          path: await artifacts.localPath(data),
          sha256: data.sha256,
          bytes: 8,
          mediaType: 'text/csv',
        },
      },
    });
  });

  it('has the contract in its environment, and none of the worker’s credentials', async () => {
    process.env['TEMPORAL_API_KEY'] = 'secret';
    try {
      await bench().shell(`${DONE}; env; pwd; ls outputs`, { env: { COLOUR: 'red' }, attempt: 1 });
    } finally {
      delete process.env['TEMPORAL_API_KEY'];
    }
    const { home, base, log } = bench();
    const directory = join(home.workDir, RUN_ID, 's', '1');
    const lines = (await log()).split('\n');
    for (const line of [
      `MILLRACE_RUN_ID=${RUN_ID}`,
      'MILLRACE_STEP=s',
      'MILLRACE_ATTEMPT=1',
      `MILLRACE_INPUTS=${directory}/inputs.json`,
      `MILLRACE_OUTPUTS=${directory}/outputs`,
      `MILLRACE_OUTPUTS_JSON=${directory}/outputs.json`,
      `MILLRACE_BASE_DIRECTORY=${base}`,
      'COLOUR=red',
      directory,
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.join()).not.toContain('secret');
  });

  it('leaves no directory and no record behind', async () => {
    await bench().shell(DONE);
    expect(await readdir(bench().home.workDir)).toEqual([]);
    expect(await readdir(join(bench().home.runtimeDir, 'groups'))).toEqual([]);
  });

  it('takes programs and scripts from the pipeline’s directory', async () => {
    await script(
      bench(),
      'steps/clean.py',
      `open("outputs.json", "w").write("{}")\nprint("ran")\n`,
    );
    await script(
      bench(),
      'steps/tool',
      '#!/bin/sh\necho "$0 $1 $2" > outputs/args; echo "{}" > outputs.json\n',
    );
    await bench().run(['python3', 'steps/clean.py']);
    await bench().run(['./steps/tool', 'steps', 'a b; $(c)'], { stepId: 'tool' });
    expect(await bench().log()).toBe('ran\n');
  });

  it('does not let an argument become anything else', async () => {
    const argument = `'; touch pwned; "$(touch pwned)" & \n -x`;
    await script(
      bench(),
      'show',
      '#!/bin/sh\nprintf %s "$1" > outputs/arg\necho "{\\"artifacts\\":{\\"arg\\":\\"outputs/arg\\"}}" > outputs.json\n',
    );
    const { artifacts } = await bench().run(['./show', argument]);
    const ref = artifacts['arg'];
    expect(ref && Buffer.from(await bench().artifacts.readBytes(ref)).toString()).toBe(argument);
  });

  it('tells its progress while it runs', async () => {
    const seen: unknown[] = [];
    await bench().shell(
      `echo '{"progress": 0.4, "metrics": {"mae": 2.5}}' >&3; echo nonsense >&3; echo '{"progress": 7}' >&3
       echo '{"metrics": {"mae": 2}}' > /dev/fd/3; ${DONE}`,
      { onProgress: (progress) => seen.push(progress) },
    );
    expect(seen).toEqual([
      { progress: 0.4, metrics: { mae: 2.5 } },
      { progress: null, metrics: { mae: 2 } },
    ]);
    expect(await bench().log()).toBe('[millrace] not a line of progress: nonsense\n');
  });

  it('keeps what it told last beside its log, until it ends', async () => {
    const logsDirectory = join(bench().home.logsDir, 'runs', RUN_ID);
    const attempt = { logsDirectory, stepId: 's', attempt: 1 };
    const go = join(bench().base, 'go');
    const ended = bench().shell(
      `echo '{"progress": 0.4, "metrics": {"mae": 2.5}}' >&3
       while [ ! -e "${go}" ]; do sleep 0.02; done; ${DONE}`,
    );
    const told = await eventually(() => readProgress(attempt));
    await writeFile(go, '');
    await ended;
    expect(told).toEqual({ progress: 0.4, metrics: { mae: 2.5 } });
    expect(await readProgress(attempt)).toBeNull();
  });

  it('has stdout and stderr in its log, also through /dev/stderr', async () => {
    await bench().shell(`echo one; echo two > /dev/stderr; printf three >&2; ${DONE}`);
    expect((await bench().log()).split('\n').sort()).toEqual(['', 'one', 'three', 'two']);
  });

  it('may write more than anyone holds in memory: long lines are cut', async () => {
    await bench().shell(
      `head -c 300000 /dev/zero | tr '\\0' x; echo; yes 'a line of output' | head -n 400000; ${DONE}`,
    );
    const log = await bench().log();
    const [first, ...rest] = log.split('\n');
    expect(first).toBe(`${'x'.repeat(64 * 1024)} [millrace] line cut`);
    expect(rest).toHaveLength(400_001);
  });

  it('does not wait for what it left running', async () => {
    const { shell, home } = bench();
    await shell(`sleep 1000 & echo $! > "${home.root}/left"; ${DONE}`);
    const pid = Number(await readFile(join(home.root, 'left'), 'utf8'));
    expect(await isRunning(pid)).toBe(false);
  });
});

describe('a step that fails', () => {
  it('is bad input with exit code 65', async () => {
    await expect(bench().shell('echo "column x is missing" >&2; exit 65')).rejects.toMatchObject({
      type: 'InvalidInput',
      message: 'step s refused its input: column x is missing',
    });
  });

  it.each([
    ['exit 1', 'ended with exit code 1'],
    ['exit 137', 'ended with exit code 137'],
    ['kill -TERM $$', 'was ended by SIGTERM'],
    ['kill -KILL $$', 'was ended by SIGKILL'],
  ])('says how it ended and its last lines: %s', async (end, how) => {
    const failed = bench().shell(`seq 1 50 >&2; ${end}`);
    await expect(failed).rejects.toMatchObject({
      type: 'StepProcessFailed',
      message: `step s ${how}: ${Array.from({ length: 20 }, (_, i) => i + 31).join('\n')}`,
    });
  });

  it('keeps its directory for a look', async () => {
    await expect(bench().shell('echo x > outputs/half; exit 1')).rejects.toThrow();
    const kept = join(bench().home.workDir, RUN_ID, 's', '1', 'outputs', 'half');
    expect(await readFile(kept, 'utf8')).toBe('x\n');
  });

  it('keeps the directories of so many runs, not of all', async () => {
    for (let i = 0; i < KEPT_FAILED_RUNS + 3; i++) {
      await mkdir(join(bench().home.workDir, `old-${i}`));
    }
    await expect(bench().shell('exit 1')).rejects.toThrow();
    const kept = await readdir(bench().home.workDir);
    expect(kept).toHaveLength(KEPT_FAILED_RUNS + 1);
    expect(kept).toContain(RUN_ID);
  });

  it.each([
    [['no-such-command'], 'there is no command "no-such-command"'],
    [['./steps/none.sh'], 'there is no program at '],
    [['./plain'], 'may not be executed'],
    [[''], 'the step has no command'],
    [[], 'the step has no command'],
    [['ls', 'a\0b'], 'holds a NUL character'],
  ])('is bad input when it cannot be started: %j', async (argv, message) => {
    await writeFile(join(bench().base, 'plain'), 'x');
    await expect(bench().run(argv)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(message),
    });
  });

  it('fails before it starts when an input is damaged', async () => {
    const ref = await bench().artifacts.putBytes(Buffer.from('x'), 'text/plain');
    const { rm } = await import('node:fs/promises');
    await rm(await bench().artifacts.localPath(ref));
    await expect(bench().shell(DONE, { artifacts: { ref } })).rejects.toMatchObject({
      type: 'ArtifactCorrupt',
    });
  });
});

describe('a directory that a step hands on', () => {
  it('is packed, equal ones to equal files, and unpacked as it was', async () => {
    const make = `mkdir -p outputs/m/sub; echo 1 > outputs/m/a; echo 2 > outputs/m/sub/b; chmod +x outputs/m/a
      echo '{"artifacts": {"model": "outputs/m"}}' > outputs.json`;
    const [first, second] = [await bench().shell(make), await bench().shell(`sleep 0.01; ${make}`)];
    const model = first.artifacts['model'];
    expect(model).toMatchObject({ mediaType: MEDIA_TYPE.tar });
    expect(second.artifacts['model']).toEqual(model);
    const directory = join(bench().base, 'unpacked');
    const { artifacts } = bench();
    await unpackDirectory(await artifacts.localPath(model as ArtifactRef), directory);
    expect(await readFile(join(directory, 'sub', 'b'), 'utf8')).toBe('2\n');
    expect((await stat(join(directory, 'a'))).mode & 0o777).toBe(0o755);
  });
});

describe('a step that breaks the contract', () => {
  const write = (json: string) => `cat > outputs.json <<'END'\n${json}\nEND`;

  it.each([
    ['true', 'wrote no outputs.json'],
    [write('{'), 'outputs.json is not JSON'],
    [write('[]'), 'expected object'],
    [write('{"metric": {}}'), 'Unrecognized key: "metric"'],
    [write('{"metrics": {"mae": NaN}}'), 'outputs.json holds NaN'],
    [write('{"metrics": {"mae": "3"}}'), 'metrics.mae'],
    [write('{"metrics": {"mae": 1e999}}'), 'metrics.mae'],
    [write('{"values": {"a b": 1}}'), 'names are letters'],
    [write('{"values": {"x": 1}, "artifacts": {"x": "inputs.json"}}'), '"x" is both'],
    [write('{"artifacts": {"x": "outputs/none"}}'), 'there is no such file'],
    [write('{"artifacts": {"x": "."}}'), 'is neither a file nor a directory of its own'],
    [write('{"artifacts": {"x": "../../../../../base/secret"}}'), "outside the step's directory"],
    [write('{"artifacts": {"x": "/etc/passwd"}}'), "outside the step's directory"],
    [`ln -s /etc/passwd outputs/x; ${write('{"artifacts": {"x": "outputs/x"}}')}`, 'outside'],
    [`ln -s /etc outputs/d; ${write('{"artifacts": {"x": "outputs/d/passwd"}}')}`, 'outside'],
    ['mkfifo outputs.json', 'outputs.json is not a plain file'],
    ['ln -s /etc/hostname outputs.json', 'outputs.json is not a plain file'],
    [`printf '{"values":{"x":"%070000d"}}' 0 > outputs.json`, 'its values have 70'],
  ])('%s', async (text, message) => {
    await writeFile(join(bench().base, 'secret'), 'x');
    await expect(bench().shell(text)).rejects.toMatchObject({
      type: 'StepContractBroken',
      message: expect.stringContaining(message),
    });
  });

  it('does not lose a name that objects have of their own', async () => {
    const { values } = await bench().shell(write('{"values": {"constructor": 1, "toString": 2}}'));
    expect(values).toEqual({ constructor: 1, toString: 2 });
    await expect(bench().shell(write('{"values": {"__proto__": 1}}'))).rejects.toMatchObject({
      type: 'StepContractBroken',
    });
  });

  it('may name a link that stays inside', async () => {
    await symlink('real', join(bench().base, 'unused'));
    const { artifacts } = await bench().shell(
      `echo x > outputs/real; ln -s real outputs/link; ${write('{"artifacts": {"x": "outputs/link"}}')}`,
    );
    expect(artifacts['x']?.bytes).toBe(2);
  });
});

async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat !== null) return !/\) [ZX] /.test(stat);
  return access(`/proc/${pid}`).then(
    () => true,
    () => false,
  );
}
