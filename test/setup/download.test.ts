import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { download, extractFile } from '../../setup/download.mjs';
import {
  isAtLeast,
  serverVersionOf,
  TEMPORAL_CLI_VERSION,
  temporalArchive,
} from '../../setup/temporal-release.mjs';

function archiveOf(files: Readonly<Record<string, Buffer>>): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-tar-'));
  try {
    mkdirSync(join(directory, 'in'));
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(directory, 'in', name), content);
    }
    execFileSync('tar', ['-czf', 'out.tar.gz', '-C', 'in', ...Object.keys(files)], {
      cwd: directory,
    });
    return readFileSync(join(directory, 'out.tar.gz'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('takes one file out of an archive that tar made', () => {
  const temporal = Buffer.from(Array.from({ length: 2_000 }, (_, index) => index % 251));
  const archive = archiveOf({ LICENSE: Buffer.from('MIT'), temporal });
  expect(extractFile(archive, 'temporal').equals(temporal)).toBe(true);
  expect(() => extractFile(archive, 'other')).toThrow('the archive holds no file other');
});

test('an archive that is not one is refused', () => {
  expect(() => extractFile(Buffer.from('<html>'), 'temporal')).toThrow();
});

test('a host that cannot be reached is told, not waited for', async () => {
  // Nothing listens on the port of a server that was closed.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  await expect(download(`https://127.0.0.1:${port}/x`, '00')).rejects.toThrow('ECONNREFUSED');
});

test('each platform has the official archive with a digest', () => {
  for (const platform of ['linux', 'darwin']) {
    for (const arch of ['x64', 'arm64']) {
      const archive = temporalArchive(platform, arch);
      expect(archive?.url).toContain(`/v${TEMPORAL_CLI_VERSION}/`);
      expect(archive?.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  }
  expect(temporalArchive('aix', 'ppc64')).toBeNull();
});

test('the server version is read from a release and from a build of one’s own', () => {
  expect(serverVersionOf('temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)')).toBe('1.29.1');
  expect(serverVersionOf('temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)')).toBe('1.29.1');
  expect(serverVersionOf('some other program 1.2.3')).toBeNull();
});

test('versions are compared by number', () => {
  expect(isAtLeast('1.29.1', '1.29.0')).toBe(true);
  expect(isAtLeast('1.100.0', '1.29.0')).toBe(true);
  expect(isAtLeast('1.9.0', '1.29.0')).toBe(false);
  expect(isAtLeast('2.0.0', '1.29.0')).toBe(true);
});
