import { Counter, type Registry } from 'prom-client';

/** A counter that shows numbers which are counted elsewhere. */
export function mirror(
  registry: Registry,
  about: { name: string; help: string; label: string },
  read: () => Readonly<Record<string, number>>,
): void {
  const counter = new Counter({
    name: about.name,
    help: about.help,
    labelNames: [about.label],
    registers: [registry],
    collect() {
      counter.reset();
      for (const [value, count] of Object.entries(read())) counter.inc({ [about.label]: value }, count);
    },
  });
}
