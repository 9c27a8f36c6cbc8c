import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const nameOf = (callee) => (callee?.type === 'MemberExpression' ? callee.property.name : callee?.name) ?? '';

const SENTENCES = ['StringLiteral', 'TemplateLiteral', 'BinaryExpression'];

/** `new SomethingError('a sentence')`, but not the code that a DomainError begins with. */
function isMessage({ node, parent, listKey, key }) {
  if (parent?.type !== 'NewExpression' || listKey !== 'arguments' || !/Error$/.test(nameOf(parent.callee)))
    return false;
  return SENTENCES.includes(node.type) && (nameOf(parent.callee) !== 'DomainError' || key === 1);
}

const isHint = ({ parent, key }) => parent?.type === 'ObjectProperty' && key === 'value' && parent.key.name === 'hint';

const isLogged = ({ parent, listKey }) =>
  parent?.type === 'CallExpression' &&
  listKey === 'arguments' &&
  parent.callee.type === 'MemberExpression' &&
  /^log(ger)?$/.test(nameOf(parent.callee.object)) &&
  /^(debug|info|log|warn|error)$/.test(nameOf(parent.callee));

const isDecorator = ({ node }) => node.type === 'Decorator';

/** Which words a sentence has is no decision: no test should hold on to them. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'prose', {
    shouldIgnore(path) {
      if (isMessage(path) || isHint(path) || isLogged(path)) return 'a sentence for people';
      if (isDecorator(path)) return 'what the framework reads';
      return undefined;
    },
  }),
];
