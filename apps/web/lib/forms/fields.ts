import type { RepositoryName } from '@/lib/repository-url';

/** A text field as it was typed, without the blanks around it. */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** A secret: not a character of it is touched. */
export function secret(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** An optional text: `null` when it was left empty. */
export function textOrNull(form: FormData, name: string): string | null {
  return text(form, name) || null;
}

export function checked(form: FormData, name: string): boolean {
  return form.get(name) === 'on';
}

export function choices(form: FormData, name: string): string[] {
  return form.getAll(name).filter((value) => typeof value === 'string');
}

/** Names separated by blanks, commas or line ends. */
export function words(form: FormData, name: string): string[] {
  return text(form, name)
    .split(/[\s,]+/)
    .filter(Boolean);
}

/** One entry a line, without the blanks around it; empty lines are none. */
export function lines(form: FormData, name: string): string[] {
  return text(form, name)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** The repository a settings form is about; its hidden fields are written by {@link RepositoryFields}. */
export function repository(form: FormData): RepositoryName {
  return { owner: text(form, 'repository_owner'), name: text(form, 'repository_name') };
}

export function id(form: FormData): number {
  return Number.parseInt(text(form, 'id'), 10);
}
