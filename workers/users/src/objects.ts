import { Sweeper } from "#durable-objects/sweeper/object.ts";
import type { UsersEnv } from "./env.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, logger } from "./wiring.ts";

export class UsersSweeper extends Sweeper<UsersEnv> {
  protected logger() {
    return logger;
  }

  protected sweep() {
    return sweep(depsOf(this.env));
  }
}
