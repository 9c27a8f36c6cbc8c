/**
 * The hooks of every repository (githooks(5)). The hub opened descriptors 3 (to the hub) and 4 (from the hub) when it
 * started this very receive-pack, and git hands them down: no socket, no address and no secret could be found or
 * forged. A hook that is started otherwise finds them closed and refuses. hook-frame.ts describes what travels.
 *
 * POSIX sh, for dash, ash and bash alike. The first commands are read by the shell itself, which costs less than
 * starting cat; a longer list is left to cat, because a shell reads byte by byte.
 */
const ASK_THE_HUB = `
fail() {
  echo 'internal error: the hub did not answer' >&2
  exit 1
}

{
  printf '%s\\000%s\\000%s\\000' "$hook" "$GIT_OBJECT_DIRECTORY" "$GIT_ALTERNATE_OBJECT_DIRECTORIES" &&
  count=0 &&
  while [ "$count" -lt 32 ] && IFS= read -r command; do
    printf '%s\\n' "$command" || fail
    count=$((count + 1))
  done &&
  { [ "$count" -lt 32 ] || cat; } &&
  printf '\\000'
} 2>/dev/null >&3 || fail

while IFS= read -r line <&4; do
  case $line in
    'say '*) printf '%s\\n' "\${line#say }" >&2 ;;
    accept) exit 0 ;;
    *) exit 1 ;;
  esac
done
fail
`;

const scriptOf = (hook: string): string => `#!/bin/sh\nhook=${hook}\n${ASK_THE_HUB}`;

export const HOOK_SCRIPTS: Readonly<Record<string, string>> = {
  'pre-receive': scriptOf('pre-receive'),
  'post-receive': scriptOf('post-receive'),
};
