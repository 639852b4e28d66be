import { findHome } from '../../storage/home/find-home.js';
import type { DefineCommand } from '../command.js';
import { checkBuilds } from '../doctor/builds.js';
import type { Check, CheckResult } from '../doctor/check.js';
import { checkContainers } from '../doctor/containers.js';
import {
  checkPrograms,
  checkPython,
  checkTemporalBinary,
  checkVersions,
} from '../doctor/installation.js';
import { checkDisk, checkHome, checkNodeVersion, checkPlatform } from '../doctor/machine.js';
import { checkRegistry } from '../doctor/registry.js';
import { checkGateway, checkPorts, checkStack, checkTemporalAnswers } from '../doctor/services.js';
import { checkTracking } from '../doctor/tracking.js';
import { EXIT } from '../errors.js';
import type { Style } from '../render/style.js';

const CHECKS: readonly Check[] = [
  checkVersions,
  checkPlatform,
  checkNodeVersion,
  checkPrograms,
  checkPython,
  checkTemporalBinary,
  checkHome,
  checkDisk,
  checkRegistry,
  checkStack,
  checkTemporalAnswers,
  checkBuilds,
  checkGateway,
  checkPorts,
  checkTracking,
  checkContainers,
];

export const define: DefineCommand = (command, cli) => {
  command.action(async () => {
    const { layout: home, found: homeFound } = await findHome(cli);
    const machine = { env: cli.env, home, homeFound };
    const checks = await Promise.all(CHECKS.map((check) => check(machine)));
    const ok = checks.every(({ status }) => status !== 'problem');
    cli.exitCode = ok ? EXIT.done : EXIT.failed;
    cli.out.result({ ok, checks }, () => wordsOf(checks, cli.out.style));
  });
};

function wordsOf(checks: readonly CheckResult[], style: Style): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const paint = { ok: style.green, warning: style.yellow, problem: style.red };
  const lines = checks.flatMap(({ name, status, detail, hint }) => [
    `${paint[status](status.padEnd(7))}  ${name.padEnd(width)}  ${detail}`,
    ...(hint === undefined ? [] : [`${' '.repeat(width + 11)}→ ${hint}`]),
  ]);
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const end = problems === 0 ? 'nothing is wrong' : `${problems} to mend`;
  return [...lines, end].join('\n');
}
