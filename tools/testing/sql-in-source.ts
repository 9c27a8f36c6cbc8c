import ts from 'typescript';

export interface Finding {
  file: string;
  line: number;
  /** SQL, a table that it names, or a cast of what a query answers. */
  what: { kind: 'sql' } | { kind: 'table'; name: string } | { kind: 'cast' };
}

/** A statement, or the part of one that names tables; keywords in capitals, as everywhere here. */
const SQL = /(^|[\s(])(SELECT\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s|(LEFT |CROSS )?JOIN\s|SHOW \w+$)/;
/** Methods of TypeORM's builder that take a table's name. */
const BUILDER = /^(from|into|update|delete|innerJoin|leftJoin|innerJoinAndSelect|leftJoinAndSelect|getRepository)$/;

/** Reads the literals of a file: the text of a template without its holes. */
export function findingsIn({ file, source, tables }: { file: string; source: string; tables: string[] }): Finding[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  // Not behind a dot (a column) or AS (its name).
  const word = new RegExp(`(?<![.\\w])(?<!\\bAS\\s+)(${tables.join('|')})(?![\\w.])`, 'g');
  const found: Finding[] = [];
  const add = (node: ts.Node, what: Finding['what']) =>
    found.push({ file, line: tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1, what });

  const visit = (node: ts.Node): void => {
    if (isCastOfQuery(node)) add(node, { kind: 'cast' });
    const text = textOf(node);
    if (text !== null) {
      if (SQL.test(text)) {
        const named = new Set([...text.matchAll(word)].map(([, name = '']) => name));
        for (const name of named) add(node, { kind: 'table', name });
        if (named.size === 0) add(node, { kind: 'sql' });
      } else if (tables.includes(text) && isForBuilder(node)) add(node, { kind: 'table', name: text });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' ? ');
}

function isForBuilder({ parent }: ts.Node): boolean {
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    BUILDER.test(parent.expression.name.text)
  );
}

function isCastOfQuery(node: ts.Node): boolean {
  if (!ts.isAsExpression(node)) return false;
  let inner: ts.Expression = node.expression;
  while (ts.isParenthesizedExpression(inner) || ts.isAwaitExpression(inner)) inner = inner.expression;
  return (
    ts.isCallExpression(inner) &&
    ts.isPropertyAccessExpression(inner.expression) &&
    inner.expression.name.text === 'query'
  );
}
