/** A key as git writes it, and its value; null where the file gives none, which git takes for true. */
export type ConfigSetting = readonly [key: string, value: string | null];

/** Reads what `git config --list --null` prints (git-config(1)). */
export function parseConfigList(output: string): ConfigSetting[] {
  return output.split('\0').filter(Boolean).map(settingOf);
}

function settingOf(text: string): ConfigSetting {
  const end = text.indexOf('\n');
  return end < 0 ? [text, null] : [text.slice(0, end), text.slice(end + 1)];
}
