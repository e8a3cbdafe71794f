import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";

/** What a process reaches over a network: each method of `target` becomes a call that the run lets happen, or not. */
export function gated<T extends object>(kernel: Kernel, process: Process, port: string, target: T): T {
  return new Proxy(target, {
    get(_, name) {
      const method = target[name as keyof T];
      if (typeof method !== "function") return method;
      return (...args: unknown[]) =>
        kernel.call({ process, port, what: () => `${String(name)}${subjectOf(args)}` }, () =>
          method.apply(target, args),
        );
    },
  });
}

/** What a call is about, for the history: the first id that it names. */
function subjectOf(args: unknown[]): string {
  const id = /"((?:bkg|pay|evnt|pi|notif)_[0-9a-zA-Z]+)"/.exec(JSON.stringify(args) ?? "");
  return id ? ` ${id[1]}` : "";
}
