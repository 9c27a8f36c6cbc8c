import { OwnPushRules, UpdatePushRules } from '@granary/api-contract';
import { lines, text } from '@/lib/forms/fields';
import { sentence } from '@/lib/forms/submission';
import { parseByteSize } from '@/lib/text/byte-size';

/** The fields of the form, each named as the API names the rule. */
export const PUSH_RULE_FIELDS = Object.keys(OwnPushRules.shape);

const SIZES = ['max_file_size_bytes', 'max_push_size_bytes', 'lfs_required_size_bytes'] as const;
const LISTS = ['forbidden_paths', 'commit_email_patterns', 'lfs_required_patterns'] as const;

export type ParsedPushRules = { ok: true; input: UpdatePushRules } | { ok: false; faults: Record<string, string> };

/** Reads the form; an empty field goes back to the hub's default. Every fault is found, not only the first. */
export function parsePushRules(form: FormData): ParsedPushRules {
  const faults: Record<string, string> = {};
  const read: Record<string, unknown> = {
    secret_scanning: text(form, 'secret_scanning') || null,
    allow_incomplete_lfs: choice(text(form, 'allow_incomplete_lfs')),
  };
  for (const name of LISTS) {
    const patterns = lines(form, name);
    read[name] = patterns.length > 0 ? patterns : null;
  }
  for (const name of SIZES) {
    const typed = text(form, name);
    const size = typed === '' ? null : parseByteSize(typed);
    if (size?.ok === false) faults[name] = size.fault;
    else read[name] = size && size.sizeBytes;
  }
  const paths = text(form, 'max_tree_paths').replace(/(?<=\d)[ ,_](?=\d)/g, '');
  if (/^\d*$/.test(paths)) read['max_tree_paths'] = paths === '' ? null : Number(paths);
  else faults['max_tree_paths'] = `“${paths}” is no whole number.`;

  const checked = UpdatePushRules.safeParse(read);
  for (const { path, message } of checked.error?.issues ?? []) faults[String(path[0])] = sentence(message);
  return checked.success && Object.keys(faults).length === 0
    ? { ok: true, input: checked.data }
    : { ok: false, faults };
}

function choice(typed: string): boolean | null {
  return typed === '' ? null : typed === 'true';
}
