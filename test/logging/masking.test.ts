import { describe, expect, it } from 'vitest';
import { createLogger } from '../../logging/logger.js';

const SECRET = 'hunter2-hunter2';

/** Logs through a real logger and gives what was written. */
function written(
  log: (logger: ReturnType<typeof createLogger>) => void,
  environment: Record<string, string> = {},
): string {
  const lines: string[] = [];
  log(
    createLogger('masking', {
      format: 'json',
      environment,
      destination: { write: (line) => void lines.push(line) },
    }),
  );
  for (const line of lines) JSON.parse(line);
  return lines.join('');
}

describe('by name', () => {
  it.each([
    'password',
    'dbPasswd',
    'token',
    'access_token',
    'clientSecret',
    'apiKey',
    'api-key',
    'X-API-KEY',
    'Authorization',
    'cookie',
    'set-cookie',
    'privateKey',
    'AWS_SECRET_ACCESS_KEY',
    'credentials',
  ])('%s is masked, wherever it stands', (name) => {
    const text = written((logger) => {
      logger.info({ [name]: SECRET }, 'flat');
      logger.info({ a: { b: [{ c: { [name]: { deep: SECRET } } }] } }, 'nested');
      logger.info({ map: new Map([[name, SECRET]]) }, 'map');
      logger.child({ [name]: SECRET }).info('child');
      logger.error(Object.assign(new Error('failed'), { config: { [name]: SECRET } }));
    });
    expect(text).not.toContain('hunter2');
    expect(text.match(/\[masked\]/g)).toHaveLength(5);
  });

  it('leaves what only looks alike', () => {
    const fields = { cacheKey: 'k1', passed: true, hasToken: false, secret: null, author: 'x' };
    const line = JSON.parse(written((logger) => logger.info(fields, 'x')));
    expect(line).toMatchObject(fields);
  });
});

describe('by value', () => {
  const environment = {
    GITHUB_TOKEN: SECRET,
    DB_PASSWORD: 'p"w\\d\nx',
    SHORT_TOKEN: 'on',
    USER: 'someone',
  };

  it('what the environment keeps under a secret name is masked in every text', () => {
    const text = written((logger) => {
      logger.info(`cloning with ${SECRET}`);
      logger.info('cloning with %s and %s', SECRET, environment.DB_PASSWORD);
      logger.info({ url: `https://x/${SECRET}` }, 'field');
      logger.info('object %o', { url: SECRET, other: [environment.DB_PASSWORD] });
      logger.child({ url: SECRET }).info('child');
      logger.error(new Error(`refused ${SECRET}`, { cause: new Error(environment.DB_PASSWORD) }));
      logger.info({ list: [new Set([SECRET])] });
      logger.info({ err: new Error(SECRET) });
    }, environment);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('w\\\\d');
  });

  it('short values and values of other names stay', () => {
    const text = written((logger) => logger.info('someone turned it on'), environment);
    expect(text).toContain('someone turned it on');
  });

  it('the directories that a shell keeps are no secrets', () => {
    const text = written((logger) => logger.info('no file at /srv/team/data/sales.csv'), {
      PWD: '/srv/team/data',
      OLDPWD: '/srv/team',
      DB_PWD: 'sales.csv',
    });
    expect(text).toContain('/srv/team/data/[masked]');
  });

  it('a secret that holds another one goes as a whole', () => {
    const text = written((logger) => logger.info('abcdef-rest'), {
      A_TOKEN: 'abcdef',
      B_TOKEN: 'abcdef-rest',
    });
    expect(JSON.parse(text).msg).toBe('[masked]');
  });
});

it.each([
  ['authorization: Bearer abcdefghijk', 'abcdefghijk'],
  ['postgres://user:s3cret-pw@host/db', 's3cret-pw'],
  ['GET /x?api_key=abc123&rows=2', 'abc123'],
  ['{"password": "abc123"}', 'abc123'],
])('%s is masked by the text around the secret', (message, secret) => {
  const line = JSON.parse(written((logger) => logger.info(message)));
  expect(line.msg).toContain('[masked]');
  expect(line.msg).not.toContain(secret);
});

it('what has no end is cut, and nothing is lost or thrown', () => {
  interface Loop {
    self?: Loop;
    password: string;
  }
  const loop: Loop = { password: SECRET };
  loop.self = loop;
  const text = written((logger) =>
    logger.info(
      {
        loop,
        long: Array.from({ length: 500 }, (_, i) => i),
        bytes: Buffer.from(SECRET),
        big: 2n ** 70n,
        invalid: new Date(Number.NaN),
      },
      'odd',
    ),
  );
  expect(text).not.toContain('hunter2');
  expect(text).toContain('[too deep]');
  expect(text).toContain('[400 more]');
  expect(JSON.parse(text)).toMatchObject({ bytes: '[15 bytes]', big: '1180591620717411303424' });
});
