export {
  type CompiledPipeline,
  type CompileOptions,
  compilePipeline,
  parsePipelineFile,
} from './compile.js';
export type { IssueCode, PipelineIssue } from './issue.js';
export { type DrawnStatus, drawPlan } from './mermaid.js';
export { planHash } from './plan-hash.js';
