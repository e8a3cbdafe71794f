import { drive } from "./drive.ts";
import type { Job } from "./job.ts";

/** The load generator, a process of its own: it runs the jobs that it is sent, one at a time. */
process.on("message", (job: Job) => {
  drive(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once("disconnect", () => process.exit(0));
