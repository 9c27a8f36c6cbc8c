import type { Variable } from './variable';
import { VARIABLES, type Values, type VariableName } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A wrong environment: one line that names the variable, its fault and what is accepted. */
export class ConfigError extends Error {}

const rowOf = (name: VariableName): Variable<unknown> => VARIABLES[name];

/** `problem` follows the variable's name: "is not set". */
export function wrongVariable(name: VariableName, problem: string): ConfigError {
  return new ConfigError(`${name} ${problem}; accepted: ${rowOf(name).accepted}`);
}

function problemOf(name: VariableName, value: string): string {
  // A URL may carry a password wherever it does not belong, or be one that was signed.
  if (rowOf(name).secret || /[@?]/.test(value)) return 'has a wrong value';
  return `is ${JSON.stringify(value)}`;
}

function parse(name: VariableName, value: string): unknown {
  const row = rowOf(name);
  if (!row.takesSpaces && value !== value.trim()) throw wrongVariable(name, 'begins or ends with a space');
  const parsed = row.parse(value);
  if (parsed === undefined) throw wrongVariable(name, problemOf(name, value));
  return parsed;
}

/** An empty variable is an unset one. @throws ConfigError for the first variable that is wrong. */
export function valuesOf(env: Environment): Values {
  const values: Partial<Record<VariableName, unknown>> = {};
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    const row = rowOf(name);
    const given = env[name] || undefined;
    if (given !== undefined) values[name] = parse(name, given);
    else values[name] = 'default' in row ? row.parse(row.default) : null;
  }
  return values as Values;
}
