import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { ROOT } from './hub-process';

type Schema = Record<string, unknown>;
interface Answers {
  [status: string]: { $ref?: string; content?: Record<string, { schema: Schema }> };
}

/** GitHub's own description of its REST API, as tools/github-description.mjs brought it here. */
interface Description {
  /** Every operation that GitHub has: `GET /repos/{owner}/{repo}`. */
  all: string[];
  /** What those answer that the hub has, too. */
  operations: Record<string, Answers>;
  /** By their pointer: `#/components/schemas/…`. */
  components: Record<string, Schema>;
}

/** A way in which an answer is not as GitHub's description wants it. */
export interface Deviation {
  operation: string;
  /** A JSON pointer into the answer. */
  at: string;
  fault: string;
}

const SCHEMAS = '#/components/schemas/';

/** Judges answers by GitHub's description. */
export class GithubApi {
  private readonly description = JSON.parse(
    readFileSync(join(ROOT, 'test/support/github-api.json'), 'utf8'),
  ) as Description;
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    addFormats(this.ajv);
    const schemas = Object.entries(this.description.components).filter(([pointer]) => pointer.startsWith(SCHEMAS));
    for (const [pointer, schema] of schemas) this.ajv.addSchema(asJsonSchema(schema) as Schema, idOf(pointer));
  }

  /** GitHub's name of an operation of the hub, whatever the parameters are called; null where GitHub has no such thing. */
  operationOf(method: string, path: string): string | null {
    const shape = shapeOf(`${method} ${path}`);
    return this.description.all.find((operation) => shapeOf(operation) === shape) ?? null;
  }

  isDescribed(operation: string): boolean {
    return operation in this.description.operations;
  }

  /** What of an answer in JSON is not as GitHub describes it. */
  deviations(operation: string, answer: { status: number; form?: string; body: unknown }): Deviation[] {
    const key = `${operation} ${answer.status} ${answer.form ?? ''}`;
    const validate = this.validators.get(key) ?? this.compile(operation, answer);
    if (!validate) return [{ operation, at: '', fault: `GitHub does not answer ${answer.status}` }];
    this.validators.set(key, validate);
    if (validate(answer.body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message = '' }) => ({
      operation,
      at: instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*'),
      fault: message,
    }));
  }

  private compile(operation: string, { status, form }: { status: number; form?: string }): ValidateFunction | null {
    const answers = this.description.operations[operation] ?? {};
    const answer = answers[String(status)];
    if (!answer) return null;
    const { content } = answer.$ref ? (this.description.components[answer.$ref] as Answers[string]) : answer;
    const types = form === undefined ? ['application/json'] : [`application/vnd.github.${form}`, 'application/json'];
    const described = types.map((type) => content?.[type]).find((each) => each !== undefined);
    return this.ajv.compile((described ? asJsonSchema(described.schema) : {}) as Schema);
  }
}

const idOf = (pointer: string) => `github:${pointer.slice(SCHEMAS.length)}`;

/** Parameters count by their place only: Express writes `:name` and `*rest`, GitHub `{name}`. */
function shapeOf(operation: string): string {
  return operation.replaceAll(/\{[^}]*\}|:\w+|\*\w+/g, '{}');
}

/** OpenAPI 3.0 has words of its own for what may be null, and another place for what is shared. */
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Schema;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, asJsonSchema(each)]));
  if (typeof schema['$ref'] === 'string') schema['$ref'] = idOf(schema['$ref']);
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
}
