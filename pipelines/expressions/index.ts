export { type CheckedExpression, checkExpression, type ExpressionProblem } from './check.js';
export { ExpressionError } from './error.js';
export { evaluateCondition, evaluateExpression } from './evaluate.js';
export { evaluateGate, type GateParts, type GateScope } from './gate.js';
export { MAX_EXPRESSION_LENGTH } from './parse.js';
export { references } from './references.js';
export type { ExpressionScope } from './scope.js';
export {
  isConcat,
  isExpression,
  type ParsedTemplate,
  parseTemplate,
  resolveTemplate,
  type TemplateExpression,
  templateReferences,
} from './template.js';
export type { RootTypes, Shape, ValueType } from './types.js';
