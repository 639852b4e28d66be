import { existsSync } from 'node:fs';
import { MillraceError } from '../../contracts/index.js';
import type { CommandLine } from './command-line.js';

/** What stands behind a command line, as far as containers are made another way for it. */
export interface Engine {
  /** Words that every container of this engine needs. */
  readonly options: readonly string[];
  /** Who a process is that writes files as the worker does. */
  readonly user: string | null;
}

/**
 * Asks what stands behind a command line, and that it answers.
 *
 * Files that a step writes must be the worker's. Without root, Podman keeps the worker's id where it
 * is told to; the other engines make the worker the root of their containers.
 *
 * @throws MillraceError `ServiceUnavailable` when its daemon does not answer
 */
export async function askEngine(
  { program, run }: CommandLine,
  who: { readonly uid: number | null; readonly gid: number | null } = {
    uid: process.getuid?.() ?? null,
    gid: process.getgid?.() ?? null,
  },
): Promise<Engine> {
  const { code, stdout, stderr } = await run(['info', '--format', '{{json .}}']);
  if (code !== 0) throw noAnswer(program, stderr);
  const worker = who.uid === null ? null : `${who.uid}:${who.gid ?? who.uid}`;
  const labels = existsSync('/sys/fs/selinux/enforce') ? ['--security-opt', 'label=disable'] : [];
  const kind = engineKind(stdout);
  if (kind === 'rootless-podman') {
    return { options: [...labels, '--userns', 'keep-id'], user: worker };
  }
  return { options: labels, user: kind === 'rootless' ? '0:0' : worker };
}

/** @param stderr - what the command line said of it */
export function noAnswer(program: string, stderr: string): MillraceError {
  return new MillraceError(
    'ServiceUnavailable',
    `${program} does not answer: ${lastLine(stderr)}`,
    'start its daemon, and let the worker use it',
  );
}

type EngineKind = 'rootful' | 'rootless' | 'rootless-podman';

/** @param info - what `info --format '{{json .}}'` prints; of podman another shape than of docker */
export function engineKind(info: string): EngineKind {
  let parsed: unknown;
  try {
    parsed = JSON.parse(info);
  } catch {
    return 'rootful';
  }
  if (typeof parsed !== 'object' || parsed === null) return 'rootful';
  const { host, SecurityOptions: options } = parsed as {
    readonly host?: { readonly security?: { readonly rootless?: unknown } };
    readonly SecurityOptions?: unknown;
  };
  if (host?.security?.rootless === true) return 'rootless-podman';
  const isRootless =
    Array.isArray(options) && options.some((option) => String(option).includes('rootless'));
  return isRootless ? 'rootless' : 'rootful';
}

export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() || 'it said nothing';
}
