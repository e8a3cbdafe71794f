import { type Environment, portNumber, required } from "../shared/environment.ts";

/** What the process is told by its environment. */
export interface Config {
  smtpPort: number;
  webPort: number;
  dataDir: string;
  /** Who may send, where it is not everybody. */
  credentials: { username: string; password: string } | null;
}

/** @throws Error naming the variable that is missing or malformed. */
export function readConfig(env: Environment): Config {
  const { SMTP_USERNAME: username, SMTP_PASSWORD: password } = env;
  if (!username !== !password) throw new Error("SMTP_USERNAME and SMTP_PASSWORD go together");
  return {
    smtpPort: portNumber(env, "SMTP_PORT"),
    webPort: portNumber(env, "WEB_PORT"),
    dataDir: required(env, "DATA_DIR"),
    credentials: username && password ? { username, password } : null,
  };
}
