/**
 * The hooks of every repository (githooks(5)). The hub opened descriptors 3 (to the hub) and 4 (from the hub) when it
 * started this very receive-pack, and git hands them down: no socket, no address and no secret could be found or
 * forged. A hook that is started otherwise finds them closed and refuses. hook-frame.ts describes what travels.
 *
 * POSIX sh, for dash, ash and bash alike. The first commands are read by the shell itself, which costs less than
 * starting cat; a longer list is left to cat, because a shell reads byte by byte.
 */
const TELL_THE_HUB = `
fail() {
  echo 'internal error: the hub did not answer' >&2
  exit 1
}

{
  printf '%s\\000%s\\000%s\\000' "$first" "$second" "$third" &&
  count=0 &&
  while [ "$count" -lt 32 ] && IFS= read -r line; do
    printf '%s\\n' "$line" || fail
    count=$((count + 1))
  done &&
  { [ "$count" -lt 32 ] || cat; } &&
  printf '\\000'
} 2>/dev/null >&3 || fail
`;

const HEAR_THE_VERDICT = `
while IFS= read -r line <&4; do
  case $line in
    'say '*) printf '%s\\n' "\${line#say }" >&2 ;;
    accept) exit 0 ;;
    *) exit 1 ;;
  esac
done
fail
`;

const pushHook = (name: string): string => `#!/bin/sh
first=${name} second=$GIT_OBJECT_DIRECTORY third=$GIT_ALTERNATE_OBJECT_DIRECTORIES
${TELL_THE_HUB}${HEAR_THE_VERDICT}`;

/**
 * `uploadpack.packObjectsHook` (git-config(1)): called as `pack-objects git pack-objects <arguments>`, with the wanted
 * and the present objects on standard input; it prints the pack. Without a hub it computes the pack itself.
 * pack-session.ts answers: `say` for progress, then a finished pack's file, or the pack itself on descriptor 4.
 */
const PACK_OBJECTS_HOOK = `#!/bin/sh
{ true >&3; } 2>/dev/null || exec "$@"
IFS='
'
first=pack-objects second="$*" third=
${TELL_THE_HUB}
while IFS= read -r line <&4; do
  case $line in
    'say '*) printf '%s\\n' "\${line#say }" >&2 ;;
    'file '*) exec cat "\${line#file }" ;;
    stream) exec cat <&4 ;;
    *) exit 1 ;;
  esac
done
fail
`;

/**
 * Git hands every ref of a push to this hook (`receive.procReceiveRefs`), which names those that the hub refuses, each
 * with its reason, and leaves the others to git. What git writes to it the hub knows already: it is read to its end all
 * the same, for git takes a hook that does not listen for a broken one.
 */
const PROC_RECEIVE_HOOK = `#!/bin/sh
fail() {
  echo 'internal error: the hub did not answer' >&2
  exit 1
}

{ printf 'proc-receive\\000\\000\\000\\000' >&3; } 2>/dev/null || fail
IFS= read -r line <&4 || fail
case $line in
  'put '*)
    printf '%s' "\${line#put }"
    while IFS= read -r line; do :; done
    ;;
  'report '*)
    exec 5<&0
    cat <&5 >/dev/null 2>&1 3>&- 4<&- &
    head -c "\${line#report }" <&4
    ;;
  *) fail ;;
esac
`;

export const HOOK_SCRIPTS: Readonly<Record<string, string>> = {
  'pre-receive': pushHook('pre-receive'),
  'proc-receive': PROC_RECEIVE_HOOK,
  'post-receive': pushHook('post-receive'),
  'pack-objects': PACK_OBJECTS_HOOK,
};
