import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readConfig } from "../../config.ts";

/** What tests look at of a service in a compose file. */
export type Service = {
  image?: string;
  build?: { target: string };
  environment?: Record<string, string>;
  ports?: string[];
  profiles?: string[];
  networks?: string[];
  volumes?: string[];
  healthcheck?: object;
  deploy?: { resources: { limits: { memory?: string } } };
};

/** `!reset` and `!override` are Compose's own, and tell it how to merge: the value is what stands behind them. */
const customTags = ["reset", "override"].flatMap((name) =>
  (["seq", "map"] as const).map((collection) => ({
    tag: `!${name}`,
    collection,
    resolve: (value: unknown) => value,
  })),
);

/** For tests: the text of a file of the checkout. */
export const textOf = (file: string): string => readFileSync(join(readConfig({}).root, file), "utf8");

/** For tests: the services of a compose file in the checkout's root, as they stand there. */
export function readServices(file: string): Record<string, Service> {
  return parse(textOf(file), { merge: true, customTags: customTags as never }).services;
}
