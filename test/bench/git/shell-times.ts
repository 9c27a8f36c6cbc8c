const LINE = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/gm;

/** All that `times` of a shell printed (POSIX: its own user and system time, then its children's), in seconds. */
export function sumOfTimes(text: string): number {
  let seconds = 0;
  for (const [, userMinutes, user, systemMinutes, system] of text.matchAll(LINE)) {
    seconds += 60 * (Number(userMinutes) + Number(systemMinutes)) + Number(user) + Number(system);
  }
  return seconds;
}
