import { portNumber } from "../../shared/environment.ts";
import { runProcess } from "../../shared/run-process.ts";
import { startOneAtATime } from "./server.ts";

await runProcess("mongo-front", () =>
  startOneAtATime({ port: portNumber(process.env), target: portNumber(process.env, "TARGET_PORT") }),
);
