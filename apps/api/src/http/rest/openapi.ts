import * as contract from '@granary/api-contract';
import { WrittenAnswer, type ApiRoute } from '@granary/api-contract';
import { z } from 'zod';

type Json = Record<string, unknown>;
type Schemas = Record<string, Json>;

/** By the names that they have in the contract; the others stand where they are used. */
function namedSchemas() {
  const names = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(contract)) {
    if (schema instanceof z.ZodType && !names.has(schema)) names.add(schema, { id });
  }
  return names;
}

/**
 * The schemas of bodies and answers by route, and those that they refer to by name. As what is sent: with the fields
 * that may be left out, and open for more.
 */
function convert(schemas: [string, z.ZodType][]): { used: Schemas; named: Schemas } {
  const options = { metadata: namedSchemas(), io: 'input', unrepresentable: 'any' } as const;
  const { properties, $defs } = z.toJSONSchema(z.object(Object.fromEntries(schemas)), options);
  const text = JSON.stringify({ used: properties, named: $defs }).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as { used: Schemas; named: Schemas };
}

/** `/repos/:ns/contents/*path` as `/repos/{ns}/contents/{path}`. */
const templateOf = (path: string) => path.replace(/[:*](\w+)/g, '{$1}');

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/([:*])(\w+)/g)].map(([, kind, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(kind === '*' && { description: 'May hold slashes.' }),
  }));
}

function queryParameters(query: z.ZodObject | undefined): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** What of a route has a schema: its body, and its answer in each media type. */
function schemasOf(id: string, { status, body, answer }: ApiRoute): [string, z.ZodType][] {
  const found: [string, z.ZodType][] = body ? [[`${id} body`, body]] : [];
  if (status === 204) return found;
  const media = answer instanceof WrittenAnswer ? answer.media : { 'application/json': answer };
  for (const [type, schema] of Object.entries(media)) if (schema) found.push([`${id} ${type}`, schema]);
  return found;
}

function answersOf(id: string, route: ApiRoute, schemas: Schemas): Json {
  const types = route.answer instanceof WrittenAnswer ? Object.keys(route.answer.media) : ['application/json'];
  const contentOf = (type: string) => {
    const schema = schemas[`${id} ${type}`];
    return [type, schema ? { schema } : {}];
  };
  const answer = {
    description: route.summary,
    ...(route.status !== 204 && { content: Object.fromEntries(types.map(contentOf)) as Json }),
  };
  const statuses = [route.status, ...(route.otherStatus ? [route.otherStatus] : [])];
  return {
    ...Object.fromEntries(statuses.map((status) => [status, answer])),
    default: { $ref: '#/components/responses/Error' },
  };
}

/** A body that may be left out is an empty object; a DELETE may have it all in its query. */
function bodyOf(id: string, { method, body }: ApiRoute, schemas: Schemas): Json {
  if (!body) return {};
  const required = method !== 'DELETE' && !body.safeParse({}).success;
  return { requestBody: { required, content: { 'application/json': { schema: schemas[`${id} body`] } } } };
}

function pathsOf(routes: Record<string, ApiRoute>, schemas: Schemas): Record<string, Json> {
  const paths: Record<string, Json> = {};
  for (const [id, route] of Object.entries(routes)) {
    for (const [index, path] of [route.path].flat().entries()) {
      (paths[templateOf(path)] ??= {})[route.method.toLowerCase()] = {
        operationId: index === 0 ? id : `${id}${index + 1}`,
        summary: route.summary,
        parameters: [...pathParameters(path), ...queryParameters(route.query)],
        ...bodyOf(id, route, schemas),
        responses: answersOf(id, route, schemas),
      };
    }
  }
  return paths;
}

/** The document of OpenAPI 3.1 that says what the routes say. */
export function openApiOf(routes: Record<string, ApiRoute>, hub: { baseUrl: string; version: string }) {
  const all = Object.entries(routes).flatMap(([id, route]) => schemasOf(id, route));
  const { used, named } = convert([...all, ['error', contract.ApiError]]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Granary',
      version: hub.version,
      description: 'The REST API of this hub. Objects in answers may have more fields than are named here.',
    },
    servers: [{ url: hub.baseUrl }],
    security: [{}, { token: [] }, { password: [] }],
    paths: pathsOf(routes, used),
    components: {
      schemas: named,
      responses: {
        Error: { description: 'What went wrong', content: { 'application/json': { schema: used['error'] } } },
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' }, password: { type: 'http', scheme: 'basic' } },
    },
  };
}
