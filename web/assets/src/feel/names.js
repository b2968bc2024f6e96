// Which names an expression takes from outside: what it must be given, and what a deploy check may look for.

const SCOPES = {
  ForExpression: walkIteration,
  QuantifiedExpression: walkIteration,
  FunctionDefinition: walkFunction,
  Context: walkContext,
  FilterExpression: walkFilter,
  InstanceOfExpression: walkInstanceOf
};

/**
 * @return {{ free: string[], mentioned: string[] }}
 *   `free`: names that are certainly variables. `mentioned`: also those that may be (inside a filter, where a name can
 *   be a property of the item; names of built-in functions, which a variable may shadow).
 */
export function namesOf(tree, input, isBuiltin) {
  const found = { free: new Set(), mentioned: new Set() };
  const seen = { input, isBuiltin, found };
  walk(tree.topNode, { bound: new Set(), filtered: false }, seen);
  return { free: [...found.free], mentioned: [...found.mentioned] };
}

function walk(node, scope, seen) {
  if (node.name === 'VariableName') {
    note(nameText(node, seen.input), scope, seen);
    return;
  }
  (SCOPES[node.name] ?? walkChildren)(node, scope, seen);
}

function note(name, scope, { isBuiltin, found }) {
  if (scope.bound.has(name)) return;
  found.mentioned.add(name);
  if (!scope.filtered && !isBuiltin(name)) found.free.add(name);
}

function nameText(node, input) {
  const parts = children(node).map(part => input.slice(part.from, part.to).replaceAll('`', ''));
  const text = parts.length ? parts.join(' ') : input.slice(node.from, node.to);
  // no spaces around signs: engine/feel/dmn_text.py writes names the same way
  return text.replace(/\s+/g, ' ').replace(/ ?([^\p{L}\p{N}_ ]) ?/gu, '$1');
}

function children(node) {
  const list = [];
  for (let child = node.firstChild; child; child = child.nextSibling) list.push(child);
  return list;
}

function walkChildren(node, scope, seen) {
  for (const child of children(node)) walk(child, scope, seen);
}

function binding(scope, names) {
  return { ...scope, bound: new Set([...scope.bound, ...names]) };
}

function walkIteration(node, scope, seen) {
  let inner = binding(scope, ['partial']);
  for (const child of children(node)) {
    if (child.name !== 'InExpressions') {
      walk(child, inner, seen);
      continue;
    }
    for (const expression of child.getChildren('InExpression')) {
      const [name, ...rest] = children(expression);
      for (const part of rest) walk(part, inner, seen);
      inner = binding(inner, [nameText(name, seen.input)]);
    }
  }
}

function walkFunction(node, scope, seen) {
  const parameters = node.getChild('FormalParameters')?.getChildren('FormalParameter') ?? [];
  const names = parameters.map(parameter => nameText(parameter.getChild('ParameterName').firstChild, seen.input));
  for (const body of node.getChildren('FunctionBody')) walk(body, binding(scope, names), seen);
}

function walkContext(node, scope, seen) {
  let inner = scope;
  for (const entry of node.getChildren('ContextEntry')) {
    const [key, value] = children(entry);
    if (value) walk(value, inner, seen);
    inner = binding(inner, [keyText(key.firstChild, seen.input)]);
  }
}

function keyText(node, input) {
  return node.name === 'StringLiteral' ? input.slice(node.from + 1, node.to - 1) : nameText(node, input);
}

function walkFilter(node, scope, seen) {
  const [target, ...filter] = children(node);
  walk(target, scope, seen);
  for (const part of filter) walk(part, { ...binding(scope, ['item']), filtered: true }, seen);
}

// the right-hand side names a type
function walkInstanceOf(node, scope, seen) {
  walk(node.firstChild, scope, seen);
}
