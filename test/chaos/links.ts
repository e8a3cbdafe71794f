import type { Config, DetouredName } from "#local/config.ts";
import { Link } from "./link.ts";
import type { LinkName } from "./plan.ts";

/** What each link leads to. */
const PORT_OF: Record<LinkName, DetouredName> = {
  "kafka-rest": "kafkaRest",
  neon: "neon",
  mongo: "mongo",
  redis: "redisRest",
  stripe: "stripe",
  mail: "smtp",
  workers: "gateway",
};

/** Platforms side by side keep twice this apart, so a port that much higher is nobody's. */
const BESIDE = 10;

export type Links = ReadonlyMap<LinkName, Link>;

/** The variable by which a platform goes by the links, once its ports are known. */
export function detourVariable(ports: Config["ports"]): { TICKETFLOW_DETOURS: string } {
  const entries = Object.values(PORT_OF).map((name) => `${name}=${ports[name] + BESIDE}`);
  return { TICKETFLOW_DETOURS: entries.join(",") };
}

/** Opens every link of a platform that was made with {@link detourVariable}; it may not have been started yet. */
export async function openLinks({ ports, detours }: Config): Promise<Links> {
  const links = new Map<LinkName, Link>();
  try {
    for (const [link, name] of Object.entries(PORT_OF) as [LinkName, DetouredName][]) {
      links.set(link, await Link.open(detours[name] ?? 0, ports[name]));
    }
    return links;
  } catch (error) {
    for (const link of links.values()) link.close();
    throw error;
  }
}
