import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig } from "../../config.ts";
import { temporaryFolder } from "../../supervisor/testing.ts";
import { checkComposeFiles } from "./check.ts";

const { root } = readConfig({});
const FILES = ["docker-compose.yml", "docker-compose.production.yml", "local/images"];

it("finds what is wrong in each file that has a checker, and nothing in ours", {
  timeout: 900_000,
}, async () => {
  const copy = temporaryFolder();
  for (const file of FILES) cpSync(join(root, file), join(copy, file), { recursive: true });
  const failed = async () => (await checkComposeFiles(copy)).filter(({ passed }) => !passed);
  expect(await failed()).toEqual([]);

  const spoil = (file: string, from: string, to: string) => {
    const text = readFileSync(join(copy, file), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(copy, file), text.replace(from, to));
  };
  spoil("docker-compose.production.yml", "restart: unless-stopped", "restarts: unless-stopped");
  spoil("docker-compose.yml", '"$$REDIS_PASSWORD" >>', "$$REDIS_PASSWORD >>");
  spoil("local/images/Dockerfile", "COPY local/shared local/shared", "COPY local/shared");
  spoil("local/images/prometheus/rules.yml", 'up{job="redpanda"} == 0', 'up{job="redpanda" == 0');
  spoil("local/images/balancer/nginx.conf", "proxy_connect_timeout 2s;", "proxy_connect_timeout 2s");
  spoil("local/images/mongo/setup.js", "ensureSet();", "ensureSet(;");
  spoil("local/images/grafana/dashboards/backends.json", "sum(redpanda_kafka", "sum((redpanda_kafka");
  expect((await failed()).map(({ what }) => what)).toEqual([
    "docker compose config: docker-compose.yml and docker-compose.production.yml",
    "docker compose config: both with every profile",
    "hadolint: local/images/Dockerfile",
    "promtool: prometheus.yml and its rules",
    "promtool: the alerts' own tests",
    "promtool: queries of the dashboard",
    "nginx -t: balancer/nginx.conf",
    "node --check: mongo/setup.js",
    "shellcheck: the start of redis in docker-compose.yml",
  ]);
});
