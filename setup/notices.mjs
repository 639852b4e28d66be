import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOTICES = 'THIRD-PARTY-NOTICES.txt';

/**
 * The packages that files belong to.
 *
 * @param {readonly string[]} files
 * @returns {readonly string[]}
 * @example packagesAmong(['../node_modules/zod/v4/core.js', 'cli/main.js']); // ['zod']
 */
export function packagesAmong(files) {
  const names = files.flatMap((file) => {
    const [, name] = /.*\bnode_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].sort();
}

/**
 * Writes the licences of packages of which bundles hold parts, beside the command.
 *
 * @param {string} root
 * @param {string} dist
 * @param {readonly string[]} packages
 */
export function writeNotices(root, dist, packages) {
  const texts = [...new Set(packages)].sort().map((name) => {
    const directory = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} comes without the text of its licence`);
    return `${name} ${version}\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
  });
  const head = 'The bundled programs and workflows hold parts of these packages.';
  writeFileSync(join(dist, 'bin', NOTICES), `${head}\n\n${texts.join('\n----\n\n')}`);
}
