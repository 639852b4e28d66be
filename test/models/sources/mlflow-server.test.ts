import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { MEDIA_TYPE } from '../../../contracts/index.js';
import { createModelServers, openModel } from '../../../models/sources/index.js';
import { pythonEnvironment } from '../../../setup/pinned-environment.mjs';
import { packDirectory } from '../../../storage/artifacts/packed-directory.js';
import { createWorld } from '../serving/serving-fixture.js';
import { commandOf, manifestOf, SERVERS } from './external-world.js';

const REQUIREMENTS = join(import.meta.dirname, '../../support/mlflow/requirements.txt');

// It takes a minute to start: asked for where servers of others are looked at.
it.runIf(process.env['MILLRACE_TEST_PEERS'] === '1')(
  '`mlflow models serve` answers from a model directory, and takes the memory that is counted',
  async () => {
    const { artifacts, home } = await createWorld();
    const python = await pythonEnvironment(REQUIREMENTS, { complete: true });
    const directory = join(home.workDir, 'saved');
    // It starts uvicorn by name; the environment's own names the directory that it was made in.
    const uvicorn = join(home.workDir, 'uvicorn');
    await writeFile(uvicorn, `#!/bin/sh\nexec ${python} -m uvicorn "$@"\n`, { mode: 0o755 });
    const env = {
      PATH: [home.workDir, dirname(python), process.env['PATH']].join(delimiter),
      MLFLOW_DISABLE_TELEMETRY: 'true',
    };
    await promisify(execFile)(python, [join(SERVERS, 'save_mlflow.py'), directory], {
      cwd: home.workDir,
      env: { ...process.env, ...env },
    });
    await packDirectory(directory, `${directory}.tar`);
    const place = commandOf('', {
      env,
      model: await artifacts.putFile(`${directory}.tar`, MEDIA_TYPE.tar),
      startTimeoutMs: 110_000,
      argv: [
        ...['python', '-m', 'mlflow', 'models', 'serve', '--model-uri', '{model}'],
        ...['--host', '127.0.0.1', '--port', '{port}', '--env-manager', 'local'],
      ],
    });
    const servers = createModelServers({ home, artifacts, logger: pino({ level: 'silent' }) });
    try {
      const model = await openModel({ artifacts, servers }, manifestOf({ place }));
      const { predictions } = await model.predict([
        { a: 2, b: 1 },
        { a: 2, b: null },
      ]);
      expect(predictions).toEqual([5, 104]);
      expect(model.heldBytes).toBeGreaterThan(32 * 2 ** 20);
      await model.release();
    } finally {
      await servers.close();
    }
  },
  240_000,
);
