import 'reflect-metadata';
import { routes, type ApiRoute } from '@granary/api-contract';
import { routesOf } from '../../access/route-table';
import { CONTROLLERS } from '../../controllers';
import { openApiOf } from './openapi';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string }[];
  requestBody?: { required: boolean; content: Record<string, { schema: unknown }> };
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}

const table: Record<string, ApiRoute> = routes;
const document = openApiOf(table, { baseUrl: 'http://hub.test', version: '1.2.3' });
const paths = document.paths as Record<string, Record<string, Operation>>;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** What a pointer such as `#/components/schemas/Hook` leads to. */
function target(reference: string): unknown {
  const [root, ...names] = reference.split('/');
  expect(root).toBe('#');
  return names.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === '$ref' && typeof each === 'string' ? [each] : referencesIn(each),
  );
}

it('has every route of REST in the table, and nothing else', () => {
  const declared = Object.values(table).flatMap(({ method, path }) => [path].flat().map((each) => `${method} ${each}`));
  const served = routesOf(CONTROLLERS).filter(({ surface }) => surface === 'rest');
  expect(declared.sort()).toEqual(served.map(({ method, path }) => `${method} ${path}`).sort());
});

it('describes every route, each under an id of its own', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info.version).toBe('1.2.3');
  expect(operations).toHaveLength(Object.values(table).flatMap(({ path }) => path).length);
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  // Addresses that differ in the names of their parameters alone would be the same one twice.
  expect(new Set(Object.keys(paths).map((path) => path.replace(/\{\w+\}/g, '{}'))).size).toBe(
    Object.keys(paths).length,
  );
});

it.each(operations)('declares each parameter of $method $path once', ({ path, operation }) => {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  expect(operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name)).toEqual(named);
  const places = operation.parameters.map((each) => `${each.in} ${each.name}`);
  expect(new Set(places).size).toBe(places.length);
  expect(path).not.toMatch(/[:*]/);
});

it('leads every reference to a schema', () => {
  const references = referencesIn(document);
  expect(references.length).toBeGreaterThan(100);
  for (const reference of new Set(references))
    expect([reference, typeof target(reference)]).toEqual([reference, 'object']);
  expect(JSON.stringify(document)).not.toContain('$defs');
});

it('says of an answer without content that it has none, and of every other what it holds', () => {
  for (const { operation } of operations) {
    const { default: error, ...answers } = operation.responses;
    expect(error).toEqual({ $ref: '#/components/responses/Error' });
    for (const [status, { content }] of Object.entries(answers)) {
      expect(content === undefined).toBe(status === '204');
    }
  }
});

it('describes bodies, queries and answers', () => {
  const create = paths['/api/v3/repos/{ns}/{repo}/hooks']?.['post'];
  expect(create?.requestBody).toEqual({
    required: true,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/CreateHook' } } },
  });
  expect(create?.responses['201']?.content).toEqual({
    'application/json': { schema: { $ref: '#/components/schemas/Hook' } },
  });
  const list = paths['/api/v3/repos/{ns}/{repo}/hooks']?.['get'];
  expect(list?.parameters.map(({ name }) => name)).toEqual(['ns', 'repo', 'page', 'per_page']);
  const rules = paths['/api/v3/repos/{ns}/{repo}/push-rules']?.['patch'];
  expect(rules?.requestBody?.required).toBe(false);
  const put = paths['/api/v3/repos/{ns}/{repo}/contents/{path}']?.['put'];
  expect(Object.keys(put?.responses ?? {})).toEqual(['200', '201', 'default']);
  const blob = paths['/api/v3/repos/{ns}/{repo}/git/blobs/{sha}']?.['get'];
  expect(Object.keys(blob?.responses['200']?.content ?? {})).toEqual([
    'application/json',
    'application/vnd.github.raw',
  ]);
});
