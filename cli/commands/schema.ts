import type { DefineCommand } from '../command.js';

export const define: DefineCommand = (command, cli) => {
  command.action(async () => {
    const { pipelineJsonSchema } = await import('../../pipelines/json-schema.js');
    const schema = pipelineJsonSchema();
    cli.out.result(schema, () => JSON.stringify(schema, null, 2));
  });
};
