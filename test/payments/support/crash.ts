import type { PaymentsDeps } from "../../../workers/payments/src/use-cases/deps.ts";

/** A process that dies at one point: what it was about to do does not happen, nor anything after it. */
export class Crash {
  readonly #at: number;
  #passed = 0;
  /** The call that it died before, or null. */
  where: string | null = null;

  /** @param at how many calls to a backend it makes before it dies: after the last of them, before the next */
  constructor(at: number) {
    this.#at = at;
  }

  deps(deps: PaymentsDeps): PaymentsDeps {
    return {
      ...deps,
      payments: this.#watch(deps.payments),
      provider: this.#watch(deps.provider),
      send: this.#watch({ send: deps.send }).send,
    };
  }

  #point(where: string): void {
    if (this.where === null && this.#passed++ === this.#at) this.where = where;
    if (this.where !== null) throw new Error(`crashed before ${this.where}`);
  }

  #watch<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const call = Reflect.get(object, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          this.#point(String(name));
          return call.apply(object, args);
        };
      },
    });
  }
}
