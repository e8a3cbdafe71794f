import { type Job, type Servers, timed } from "./jobs.ts";

/** Does one job in workerd, and answers for how long. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { servers, job } = (await request.json()) as { servers: Servers; job: Job };
    return Response.json({ ms: await timed(servers, job) });
  },
};
