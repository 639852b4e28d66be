// Writes the JSON Schema of pipeline files into the `dist/` that this runs in: editors read it from
// the package, and `millrace schema` prints the same.
import { writeFileSync } from 'node:fs';

const dist = new URL('../', import.meta.url);
const { pipelineJsonSchema } = await import(new URL('pipelines/json-schema.js', dist).href);
const text = JSON.stringify(pipelineJsonSchema(), null, 2);
writeFileSync(new URL('millrace.schema.json', dist), `${text}\n`);
