import { Unavailable } from "./errors/problem.ts";

/**
 * Asks for several at once what each asks for alone: what comes while an earlier call is under way waits, and goes along
 * with the next one. The first waits for nobody, so that who is alone loses nothing. For use inside one invocation: a
 * promise of another one's must not be waited for.
 *
 * Where a call for several fails by anything but an outage, each is asked for alone: one that is refused is nobody
 * else's trouble. So what is asked for must be safe to repeat.
 * @param ask for several, answers in their order
 * @param most in one call
 * @param pause what is waited for before each call, given how many there are; nothing if absent
 */
export function gather<In, Out>(
  ask: (items: In[]) => Promise<Out[]>,
  most: number,
  pause: (inHand: number) => Promise<unknown> = () => Promise.resolve(),
): (item: In) => Promise<Out> {
  interface Waiting {
    item: In;
    answer: PromiseWithResolvers<Out>;
  }
  let waiting: Waiting[] = [];
  let isUnderWay = false;

  async function run(): Promise<void> {
    isUnderWay = true;
    while (waiting.length > 0) {
      // Those that come in the same moment are one call.
      await pause(waiting.length);
      const some = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await answerAll(some);
    }
    isUnderWay = false;
  }

  async function answerAll(some: Waiting[]): Promise<void> {
    try {
      const answers = await ask(some.map(({ item }) => item));
      for (const [index, { answer }] of some.entries()) answer.resolve(answers[index]!);
    } catch (error) {
      if (some.length > 1 && !(error instanceof Unavailable)) for (const one of some) await answerAll([one]);
      else for (const { answer } of some) answer.reject(error);
    }
  }

  return (item) => {
    const answer = Promise.withResolvers<Out>();
    waiting.push({ item, answer });
    if (!isUnderWay) void run();
    return answer.promise;
  };
}
