import type { DefineCommand } from '../command.js';

export const define: DefineCommand = (command, cli) => {
  command
    .option('--features', 'of files of feature views')
    .action(async ({ features = false }: { readonly features?: boolean }) => {
      const schemas = await import('../../pipelines/json-schema.js');
      const schema = features ? schemas.featureJsonSchema() : schemas.pipelineJsonSchema();
      cli.out.result(schema, () => JSON.stringify(schema, null, 2));
    });
};
