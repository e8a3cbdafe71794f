type Done<T> = (error?: Error | null, value?: T) => void;

/** A call that says its end to a callback, as a promise; one that has not ended in time is given up. */
export function within<T>(limitMs: number, call: (done: Done<T>) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), limitMs);
    call((error, value) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}

interface Emitter {
  once(event: "error" | "end", listener: (error?: Error) => void): unknown;
}

/** The same, for a call whose failure comes as an event; the emitter has time limits of its own. */
export function settled<T>(emitter: Emitter, call: (done: Done<T>) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    emitter.once("error", reject);
    emitter.once("end", () => reject(new Error("the server closed the connection")));
    call((error, value) => {
      if (error) reject(error);
      else resolve(value as T);
    });
  });
}
