import { basename, join, relative, resolve } from 'node:path';
import { NAME_PATTERN } from '../../contracts/index.js';
import type { DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { projectFiles, writeProject } from '../init/write-project.js';

interface InitOptions {
  readonly name?: string;
  readonly force?: boolean;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('[directory]', 'where to write the project', '.')
    .option('--name <name>', 'name of the pipeline and its model (default: the directory’s)')
    .option('--force', 'write beside what is in the directory; no file is ever replaced')
    .action(async (target: string, options: InitOptions) => {
      const directory = resolve(cli.cwd, target);
      const name = options.name ?? nameFrom(basename(directory));
      if (!NAME_PATTERN.test(name)) {
        throw new UsageError(
          `${JSON.stringify(name)} cannot be the name of a pipeline`,
          'names are lower-case letters, digits and single hyphens: --name bike-demand',
        );
      }
      const { pipelineJsonSchema } = await import('../../pipelines/json-schema.js');
      const files = await projectFiles(name, pipelineJsonSchema());
      const written = await writeProject(directory, files, options.force === true);
      cli.out.result(
        { directory, name, pipeline: join(directory, `${name}.yaml`), written },
        () => {
          const { bold, dim, green } = cli.out.style;
          return [
            `${green('✓')} ${bold(name)} in ${directory}`,
            ...written.map((path) => dim(`  ${path}`)),
            '',
            'next:',
            ...(relative(cli.cwd, directory) === ''
              ? []
              : [`  cd ${quoted(relative(cli.cwd, directory))}`]),
            `  millrace validate ${name}.yaml`,
            `  millrace run ${name}.yaml`,
            `  millrace models show ${name}`,
          ].join('\n');
        },
      );
    });
};

/** A directory's name made into one that a pipeline may have: `My Model_2` → `my-model-2`. */
function nameFrom(directory: string): string {
  return directory
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
