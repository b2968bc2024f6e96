// What of a diagram's extension elements the studio knows, as moddle wants it told. An element that is not named here, or
// an attribute, is still kept: see `lossless.js`. Everything is text; what it means is the server's to say.
const URI = 'http://spiffworkflow.org/bpmn/schema/1.0/core';
const PREFIX = 'spiffworkflow';

const attributes = (...names) => names.map((name) => ({ name, isAttr: true, type: 'String' }));
const children = (name, type) => ({ name, type, isMany: true });
const REST = { name: 'rest', type: 'Element', isMany: true };
const element = (name, ...properties) => ({ name, superClass: ['Element'], properties: [...properties, REST] });
const text = (name) => element(name, { name: 'value', isBody: true, type: 'String' });

/** A child of BPMN's own that holds FEEL here, where BPMN has a reference to an element that need not be there. */
const feelChild = (type, name) => ({
  name: `bpmn:${name}`,
  redefines: `${type}#${name}`,
  type: 'String',
});

/** A child that BPMN names by its role, and moddle would write by its type. */
const roleChild = (type, name, value, serialize) => ({ ...feelChild(type, name), type: value, xml: { serialize } });

const LOOP = 'bpmn:MultiInstanceLoopCharacteristics';
const THROWN = 'bpmn:ComplexBehaviorDefinition';

export const descriptor = {
  name: 'SpiffWorkflow',
  prefix: PREFIX,
  uri: URI,
  xml: { tagAlias: 'lowerCase' },
  associations: [],
  types: [
    element('Properties', children('values', 'Property')),
    element('Property', ...attributes('name', 'value')),
    // the order is that of the schema: parameters before retry
    element(
      'ServiceTaskOperator',
      ...attributes('id', 'resultVariable'),
      { name: 'parameterList', type: 'Parameters' },
      { name: 'retry', type: 'Retry' },
    ),
    element('Parameters', children('parameters', 'Parameter')),
    element('Parameter', ...attributes('id', 'type', 'value')),
    element('Retry', ...attributes('retries', 'backoff_base')),
    element('IoMapping', children('inputs', 'Input'), children('outputs', 'Output')),
    element('Input', ...attributes('source', 'target')),
    element('Output', ...attributes('source', 'target')),
    ...['CalledDecisionId', 'VariableName', 'PayloadExpression', 'MessagePayload', 'MessageVariable'].map(text),
    ...['PreScript', 'PostScript', 'InstructionsForEndUser', 'Category'].map(text),
    element('ProcessVariableCorrelation', { name: 'propertyId', type: 'PropertyId' }, { name: 'expression', type: 'Expression' }),
    ...['PropertyId', 'Expression', 'InputJson', 'ExpectedOutputJson'].map(text),
    element('UnitTests', children('unitTests', 'UnitTest')),
    element('UnitTest', ...attributes('id'), { name: 'inputJson', type: 'InputJson' }, { name: 'expectedOutputJson', type: 'ExpectedOutputJson' }),
    element('TaskMetadataValues', children('values', 'TaskMetadataValue')),
    element('TaskMetadataValue', ...attributes('name', 'value')),
    {
      name: 'LoopOfValues',
      extends: [LOOP],
      properties: [feelChild(LOOP, 'loopDataInputRef'), feelChild(LOOP, 'loopDataOutputRef')],
    },
    {
      name: 'ThrownByLoop',
      extends: [THROWN],
      properties: [
        roleChild(THROWN, 'condition', 'bpmn:Expression', 'xsi:type'),
        roleChild(THROWN, 'event', 'bpmn:ImplicitThrowEvent', 'property'),
      ],
    },
    {
      name: 'ScriptsOnInstances',
      extends: [LOOP, 'bpmn:StandardLoopCharacteristics'],
      properties: attributes('scriptsOnInstances'),
    },
  ],
};

/** Local names of the elements above, as they are written. */
export const KNOWN = new Set(descriptor.types.map(({ name }) => name[0].toLowerCase() + name.slice(1)));

/** An extension element's type by its local name: `variableName` is spiffworkflow:VariableName. */
export const typeOf = (name) => `${PREFIX}:${name[0].toUpperCase()}${name.slice(1)}`;

export { PREFIX, URI };
