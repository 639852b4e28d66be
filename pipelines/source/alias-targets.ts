import { type Alias, type Document, isAlias, isNode, type Node, visit } from 'yaml';

/** What each alias stands for: the anchor of its name that was set last before it. One pass. */
export function aliasTargets(yaml: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(yaml, (_key, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
    } else if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
  });
  return targets;
}
