import { join } from "node:path";
import { type Config, httpUrl } from "../config.ts";
import type { Part } from "../supervisor/part.ts";
import { answersOk } from "./http.ts";
import { nodeProcess } from "./stores.ts";

/** The mail catcher: takes all mail and delivers none of it. */
export function mailPart(config: Config): Part {
  const { smtp, mailWeb } = config.ports;
  return {
    name: "mail",
    ports: [smtp, mailWeb],
    addresses: [{ label: "Mail", url: `http://localhost:${mailWeb}` }],
    command: () =>
      nodeProcess(config, "mail/main.ts", {
        SMTP_PORT: String(smtp),
        WEB_PORT: String(mailWeb),
        DATA_DIR: join(config.dataDir, "mail"),
      }),
    ready: (signal) => answersOk(`${httpUrl(config, "mailWeb")}/health`, signal),
  };
}
