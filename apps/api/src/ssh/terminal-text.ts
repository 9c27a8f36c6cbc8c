import { visible, type DomainError } from '@granary/kernel';

/** Lines for the terminal of whoever runs git, told from git's own by their prefix. */
export function terminalText(...texts: (string | undefined)[]): string {
  return texts
    .filter((text) => text !== undefined)
    .flatMap((text) => text.split('\n'))
    .map((line) => `granary: ${visible(line)}\n`)
    .join('');
}

export function terminalError(error: DomainError, requestId: string): string {
  if (error.code === 'internal') return terminalText(`internal error (${requestId})`, 'Tell your administrator.');
  return terminalText(error.message, error.hint);
}
