/** One life of a process: from its start to its crash. What it has in memory is bound to it. */
export class Life {
  isDead = false;
  readonly #onDeath = new Set<() => void>();

  /** Calls back when it dies; @returns how to take that back */
  whenDead(callBack: () => void): () => void {
    this.#onDeath.add(callBack);
    return () => this.#onDeath.delete(callBack);
  }

  die(): void {
    this.isDead = true;
    for (const callBack of this.#onDeath) callBack();
    this.#onDeath.clear();
  }
}

/** The process that was to answer has died: whether it acted is not known. */
class Crashed extends Error {
  override name = "Crashed";
}

/** Something that can crash between any two of its steps, and begins a new life the next time that it is asked. */
export class Process {
  readonly name: string;
  life = new Life();
  crashes = 0;

  constructor(name: string) {
    this.name = name;
  }

  crash(): void {
    this.crashes += 1;
    const last = this.life;
    this.life = new Life();
    last.die();
  }

  /** Runs work in the present life. @throws Crashed when that ends first */
  run<T>(work: (life: Life) => Promise<T>): Promise<T> {
    const { life } = this;
    return new Promise<T>((resolve, reject) => {
      const forget = life.whenDead(() => reject(new Crashed(`${this.name} crashed`)));
      work(life).then(resolve, reject).finally(forget);
    });
  }
}
